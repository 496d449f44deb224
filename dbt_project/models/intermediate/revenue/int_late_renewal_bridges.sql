-- Grain: subscription line that is carried over a gap without any active line, because its renewal is late. A gap
-- of 1 to `renewal_grace_days` days up to the next line is bridged; a gap still open at `as_of` too, as long as
-- grace runs. Only lines that ran until the last day and were not terminated on it; none when a renewal deal of
-- the account was lost around the gap (from `renewal_match_days` before its last day of service until the next line or
-- `as_of`).
with parameters as (
    select
        as_of,
        renewal_grace_days,
        renewal_match_days
    from {{ ref('stg_build__parameters') }}
),

lines as (
    select
        subscription_id,
        account_id,
        revenue_account_id,
        product,
        service_to,
        is_terminated,
        arr,
        source_row_hashes
    from {{ ref('int_subscription_lines') }}
),

islands as (
    select
        account_id,
        service_to,
        next_service_from
    from {{ ref('int_service_islands') }}
),

lost_renewals as (
    select
        opportunities.account_id,
        opportunities.closed_on,
        opportunities.expected_close_on
    from {{ ref('int_opportunities_unioned') }} as opportunities
    inner join parameters on opportunities.closed_on <= parameters.as_of
    where opportunities.type = 'renewal' and not opportunities.is_won
),

ends as (
    select
        islands.account_id,
        islands.service_to,
        coalesce({{ add_days('islands.next_service_from', -1) }}, parameters.as_of) as gap_to,
        coalesce(islands.next_service_from, parameters.as_of) as lost_until,
        islands.next_service_from is null as is_open,
        parameters.renewal_grace_days,
        {{ add_days('islands.service_to', '-parameters.renewal_match_days') }} as lost_from
    from islands
    cross join parameters
),

gaps as (
    select
        account_id,
        service_to,
        gap_to,
        lost_from,
        lost_until,
        is_open
    from ends
    where service_to < gap_to and {{ days_between('service_to', 'gap_to') }} <= renewal_grace_days
),

lost_gaps as (
    select distinct
        gaps.account_id,
        gaps.service_to
    from gaps
    inner join lost_renewals
        on gaps.account_id = lost_renewals.account_id
        and (
            lost_renewals.closed_on between gaps.lost_from and gaps.lost_until
            or lost_renewals.expected_close_on between gaps.lost_from and gaps.lost_until
        )
),

final as (
    select
        lines.subscription_id,
        lines.account_id,
        lines.revenue_account_id,
        lines.product,
        {{ add_days('gaps.service_to', 1) }} as service_from,
        gaps.gap_to as service_to,
        gaps.is_open as is_in_grace,
        lines.arr,
        lines.source_row_hashes
    from gaps
    inner join lines
        on gaps.account_id = lines.account_id
        and gaps.service_to = lines.service_to
    left join lost_gaps
        on gaps.account_id = lost_gaps.account_id
        and gaps.service_to = lost_gaps.service_to
    where not lines.is_terminated and lost_gaps.account_id is null
)

select
    subscription_id,
    account_id,
    revenue_account_id,
    product,
    service_from,
    service_to,
    is_in_grace,
    arr,
    source_row_hashes
from final
