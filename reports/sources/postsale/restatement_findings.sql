-- What a cause consists of: which object, and how much of it differs. Where each row stands is in the warehouse.
select distinct
    strftime(finding.published_at, '%Y-%m-%d %H:%M') as published_at,
    finding.build_id,
    finding.cause,
    finding.object,
    cast(finding.found as double) as found
from (select 1 as one) as always_one_row
left join audit.restatement_finding as finding on true
order by published_at desc, finding.cause asc, finding.object asc
limit 500
