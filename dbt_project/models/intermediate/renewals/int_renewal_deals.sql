-- Grain: renewal opportunity seen at `as_of`, with the due date that it renews. A deal belongs to the due date of its
-- account nearest to the day on which the lines sold in it start; without such lines to the day it was closed, or is
-- expected to close; from `renewal_match_days` before the due date until grace has run out.
with parameters as (
    select
        as_of,
        renewal_grace_days,
        renewal_match_days
    from {{ ref('stg_build__parameters') }}
),

due as (
    select
        account_id,
        due_on
    from {{ ref('int_renewals_due') }}
),

line_starts as (
    select
        opportunity_id,
        min(service_from) as starts_on
    from {{ ref('int_subscription_lines') }}
    where arr > 0 and opportunity_id is not null
    group by opportunity_id
),

deals as (
    select
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.owner_email,
        opportunities.loss_reason,
        opportunities.source_row_hashes,
        line_starts.starts_on,
        case when opportunities.closed_on <= parameters.as_of then opportunities.closed_on end as closed_on,
        opportunities.expected_close_on,
        case
            when opportunities.closed_on > parameters.as_of or opportunities.closed_on is null then 'open'
            when opportunities.is_won then 'won'
            else 'lost'
        end as deal_state
    from {{ ref('int_opportunities_unioned') }} as opportunities
    cross join parameters
    left join line_starts on opportunities.opportunity_id = line_starts.opportunity_id
    where
        opportunities.type = 'renewal'
        and coalesce(opportunities.created_on, parameters.as_of) <= parameters.as_of
),

dated as (
    select
        opportunity_id,
        account_id,
        owner_email,
        loss_reason,
        source_row_hashes,
        starts_on,
        closed_on,
        deal_state,
        coalesce(starts_on, closed_on, expected_close_on) as deal_on
    from deals
),

candidates as (
    select
        dated.opportunity_id,
        dated.account_id,
        dated.owner_email,
        dated.loss_reason,
        dated.source_row_hashes,
        dated.starts_on,
        dated.closed_on,
        dated.deal_state,
        due.due_on,
        abs({{ days_between('due.due_on', 'dated.deal_on') }}) as days_apart,
        row_number() over (
            partition by dated.account_id, dated.opportunity_id
            order by abs({{ days_between('due.due_on', 'dated.deal_on') }}), due.due_on
        ) as due_rank
    from dated
    cross join parameters
    inner join due
        on dated.account_id = due.account_id
        and dated.deal_on
        between {{ add_days('due.due_on', '-parameters.renewal_match_days') }}
        and {{ add_days('due.due_on', 'parameters.renewal_grace_days') }}
),

-- Of several deals of one due date the one that was won speaks for it, then one that was lost, then an open one.
final as (
    select
        opportunity_id,
        account_id,
        due_on,
        deal_state,
        closed_on,
        starts_on,
        owner_email,
        loss_reason,
        source_row_hashes,
        row_number() over (
            partition by account_id, due_on
            order by
                case deal_state when 'won' then 1 when 'lost' then 2 else 3 end,
                case when starts_on is null then 2 else 1 end,
                days_apart,
                opportunity_id
        ) as deal_rank
    from candidates
    where due_rank = 1
)

select
    opportunity_id,
    account_id,
    due_on,
    deal_state,
    closed_on,
    starts_on,
    owner_email,
    loss_reason,
    source_row_hashes,
    deal_rank
from final
