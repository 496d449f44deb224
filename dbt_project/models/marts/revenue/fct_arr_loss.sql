-- Grain: revenue account x closed month of a churn or contraction, with its reason: that of a renewal lost in the month
-- (the largest with a reason), else of a renewal deal that the account or one of its children lost from
-- `renewal_match_days` before the day of the movement until grace has run out; `unknown` without either.
with parameters as (
    select
        renewal_grace_days,
        renewal_match_days
    from {{ ref('stg_build__parameters') }}
),

movements as (
    select
        arr_movement_id,
        account_id,
        month_end,
        movement_type,
        amount,
        occurred_on,
        book_id,
        journey_id,
        source_row_hashes
    from {{ ref('fct_arr_movement') }}
    where movement_type in ('churn', 'contraction')
),

months as (
    select
        month_end,
        previous_month_end
    from {{ ref('int_months') }}
),

renewals as (
    select
        renewal_id,
        revenue_account_id,
        due_on,
        due_arr,
        loss_reason,
        churn_reason,
        opportunity_id
    from {{ ref('fct_renewal') }}
    where outcome = 'lost' and churn_reason <> 'unknown'
),

loss_reasons as (
    select
        opportunity_id,
        revenue_account_id,
        closed_on,
        expected_close_on,
        loss_reason,
        churn_reason
    from {{ ref('int_loss_reasons') }}
    where churn_reason <> 'unknown'
),

by_renewal as (
    select
        movements.arr_movement_id,
        renewals.renewal_id,
        renewals.opportunity_id,
        renewals.loss_reason,
        renewals.churn_reason,
        row_number() over (
            partition by movements.arr_movement_id order by renewals.due_arr desc, renewals.due_on, renewals.renewal_id
        ) as loss_rank
    from movements
    inner join months on movements.month_end = months.month_end
    inner join renewals
        on movements.account_id = renewals.revenue_account_id
        and months.previous_month_end < renewals.due_on
        and renewals.due_on <= movements.month_end
),

by_deal as (
    select
        movements.arr_movement_id,
        loss_reasons.opportunity_id,
        loss_reasons.loss_reason,
        loss_reasons.churn_reason,
        row_number() over (
            partition by movements.arr_movement_id
            order by loss_reasons.closed_on desc, loss_reasons.opportunity_id
        ) as loss_rank
    from movements
    cross join parameters
    inner join loss_reasons
        on movements.account_id = loss_reasons.revenue_account_id
        and loss_reasons.closed_on
        between {{ add_days('movements.occurred_on', '-parameters.renewal_match_days') }}
        and {{ add_days('movements.occurred_on', 'parameters.renewal_grace_days') }}
),

final as (
    select
        movements.arr_movement_id,
        movements.account_id,
        movements.month_end,
        movements.movement_type,
        movements.amount,
        movements.occurred_on,
        coalesce(by_renewal.churn_reason, by_deal.churn_reason, 'unknown') as churn_reason,
        coalesce(by_renewal.loss_reason, by_deal.loss_reason) as loss_reason,
        by_renewal.renewal_id,
        coalesce(by_renewal.opportunity_id, by_deal.opportunity_id) as opportunity_id,
        movements.book_id,
        movements.journey_id,
        movements.source_row_hashes
    from movements
    left join by_renewal
        on movements.arr_movement_id = by_renewal.arr_movement_id
        and by_renewal.loss_rank = 1
    left join by_deal
        on movements.arr_movement_id = by_deal.arr_movement_id
        and by_deal.loss_rank = 1
)

select
    arr_movement_id,
    account_id,
    month_end,
    movement_type,
    amount,
    occurred_on,
    churn_reason,
    loss_reason,
    renewal_id,
    opportunity_id,
    book_id,
    journey_id,
    source_row_hashes
from final
