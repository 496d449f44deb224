-- The parts of fct_expansion add up to the movement they take apart, per account and month, to the last digit, and
-- every expansion and contraction has parts. A part lost, or counted twice, would make the drivers differ from NRR's
-- expansion.
with parts as (
    select
        arr_movement_id,
        sum(amount) as amount
    from {{ ref('fct_expansion') }}
    group by arr_movement_id
),

movements as (
    select
        arr_movement_id,
        signed_amount
    from {{ ref('fct_arr_movement') }}
    where movement_type in ('expansion', 'contraction')
)

select
    movements.arr_movement_id,
    movements.signed_amount,
    parts.amount
from movements
left join parts on movements.arr_movement_id = parts.arr_movement_id
where parts.amount is null or parts.amount <> movements.signed_amount
