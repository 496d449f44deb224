-- Grain: revenue account x month in which a line began or ended: the last such day and the raw rows of those lines.
with lines as (
    select
        revenue_account_id,
        service_from,
        service_to,
        arr,
        source_row_hashes
    from {{ ref('int_arr_lines') }}
    where arr > 0
),

events as (
    select
        revenue_account_id as account_id,
        service_from as changed_on,
        source_row_hashes
    from lines

    union all

    select
        revenue_account_id as account_id,
        {{ add_days('service_to', 1) }} as changed_on,
        source_row_hashes
    from lines
    where service_to < {{ far_future() }}
),

monthly as (
    select distinct
        account_id,
        {{ month_end('changed_on') }} as month_end,
        source_row_hashes
    from events
),

last_changes as (
    select
        account_id,
        {{ month_end('changed_on') }} as month_end,
        max(changed_on) as last_changed_on
    from events
    group by account_id, {{ month_end('changed_on') }}
),

final as (
    select
        monthly.account_id,
        monthly.month_end,
        max(last_changes.last_changed_on) as last_changed_on,
        {{ dbt.listagg('monthly.source_row_hashes', "','", 'order by monthly.source_row_hashes') }} as source_row_hashes
    from monthly
    inner join last_changes
        on monthly.account_id = last_changes.account_id
        and monthly.month_end = last_changes.month_end
    group by monthly.account_id, monthly.month_end
)

select
    account_id,
    month_end,
    last_changed_on,
    source_row_hashes
from final
