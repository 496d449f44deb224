-- Grain: subscription line with ARR: the deal behind it, whether it is a step agreed in an earlier contract, and the
-- motion of its expansion. A step-up is a line sold in the same opportunity as a line that started earlier. A line
-- that names no opportunity takes the nearest expansion won around its start that no line names.
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
        service_from,
        opportunity_id
    from {{ ref('int_subscription_lines') }}
    where arr > 0
),

deals as (
    select
        opportunity_id,
        account_id,
        type,
        motion,
        closed_on,
        is_won
    from {{ ref('int_opportunities_unioned') }}
),

named as (
    select
        opportunity_id,
        min(type) as type,
        min(motion) as motion
    from deals
    group by opportunity_id
),

first_starts as (
    select
        account_id,
        opportunity_id,
        min(service_from) as first_service_from
    from lines
    where opportunity_id is not null
    group by account_id, opportunity_id
),

unnamed as (
    select
        deals.opportunity_id,
        deals.account_id,
        deals.motion,
        deals.closed_on
    from deals
    inner join parameters on deals.closed_on <= parameters.as_of
    left join first_starts
        on deals.account_id = first_starts.account_id
        and deals.opportunity_id = first_starts.opportunity_id
    where deals.type = 'expansion' and deals.is_won and first_starts.opportunity_id is null
),

nearest as (
    select
        lines.subscription_id,
        unnamed.opportunity_id,
        unnamed.motion,
        row_number() over (
            partition by lines.subscription_id
            order by abs({{ days_between('unnamed.closed_on', 'lines.service_from') }}), unnamed.opportunity_id
        ) as deal_rank
    from lines
    cross join parameters
    inner join unnamed
        on lines.account_id = unnamed.account_id
        and unnamed.closed_on
        between {{ add_days('lines.service_from', '-parameters.renewal_match_days') }}
        and {{ add_days('lines.service_from', 'parameters.renewal_grace_days') }}
    where lines.opportunity_id is null
),

final as (
    select
        lines.subscription_id,
        coalesce(lines.opportunity_id, nearest.opportunity_id) as opportunity_id,
        coalesce(named.type, '') = 'renewal' as is_renewal,
        coalesce(lines.service_from > first_starts.first_service_from, false) as is_step_up,
        case
            when lines.service_from > first_starts.first_service_from then 'contracted'
            else coalesce(nearest.motion, case when named.type <> 'new' then named.motion end, 'unattributed')
        end as motion
    from lines
    left join named on lines.opportunity_id = named.opportunity_id
    left join first_starts
        on lines.account_id = first_starts.account_id
        and lines.opportunity_id = first_starts.opportunity_id
    left join nearest
        on lines.subscription_id = nearest.subscription_id
        and nearest.deal_rank = 1
)

select
    subscription_id,
    opportunity_id,
    is_renewal,
    is_step_up,
    motion
from final
