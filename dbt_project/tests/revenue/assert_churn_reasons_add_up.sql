-- Churned and contracted ARR by reason add up to the movements of each month: no loss is left without a reason or
-- given two.
with losses as (
    select
        month_end,
        movement_type,
        sum(amount) as amount
    from {{ ref('fct_arr_loss') }}
    group by month_end, movement_type
),

movements as (
    select
        month_end,
        movement_type,
        sum(amount) as amount
    from {{ ref('fct_arr_movement') }}
    where movement_type in ('churn', 'contraction')
    group by month_end, movement_type
)

select
    movements.month_end,
    movements.movement_type,
    movements.amount as movement_amount,
    losses.amount as loss_amount
from movements
left join losses
    on movements.month_end = losses.month_end
    and movements.movement_type = losses.movement_type
where losses.amount is null or losses.amount <> movements.amount
