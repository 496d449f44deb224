select cast(null as text) as return_id, cast(null as text) as site_id, cast(null as date) as returned_on, cast(null as decimal(18, 2)) as amount
where false
