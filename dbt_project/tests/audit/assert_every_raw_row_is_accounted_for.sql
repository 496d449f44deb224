/*
  Of every load: the rows that arrived are the rows that are used, superseded, withdrawn, late, duplicate, quarantined or
  unused, and its withdrawals are the loader's marks. A row that no branch of `audit.raw_row` takes, or that two of them
  take, would change a sum.
*/
with loads as (

    select
        load_id,
        rows_arrived,
        rows_loaded,
        rows_duplicate,
        rows_quarantined,
        rows_withdrawn
    from {{ ref('stg_raw_zone__loads') }}
    where status <> 'quarantined'

),

accounted as (

    select
        load_id,
        sum(case when disposition <> 'withdrawal' then row_count else 0 end) as rows_arrived,
        sum(case when disposition = 'duplicate' then row_count else 0 end) as rows_duplicate,
        sum(case when disposition = 'withdrawal' then row_count else 0 end) as rows_withdrawn
    from {{ ref('audit_raw_row') }}
    group by load_id

),

final as (

    select
        loads.load_id,
        loads.rows_arrived,
        accounted.rows_arrived as rows_accounted_for
    from loads
    left join accounted
        on loads.load_id = accounted.load_id
    where coalesce(loads.rows_arrived, 0) <> coalesce(accounted.rows_arrived, 0)
        or coalesce(loads.rows_duplicate, 0) <> coalesce(accounted.rows_duplicate, 0)
        or coalesce(loads.rows_withdrawn, 0) <> coalesce(accounted.rows_withdrawn, 0)

)

select * from final
