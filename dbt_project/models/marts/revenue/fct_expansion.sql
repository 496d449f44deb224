-- Grain: revenue account x closed month of an expansion or contraction x product x driver x motion. The signed parts
-- of an account and month add up to its movement, to the last digit. Drivers in this order: contracted step-up,
-- product, seats (change in quantity x old unit price), price (the rest).
with changes as (
    select
        account_id,
        month_end,
        movement_type,
        product,
        signed_arr,
        signed_quantity,
        is_step_up,
        motion
    from {{ ref('int_line_changes') }}
),

lines as (
    select
        subscription_id,
        revenue_account_id,
        product,
        service_from,
        service_to,
        arr
    from {{ ref('int_arr_lines') }}
    where arr > 0
),

quantities as (
    select
        subscription_id,
        quantity
    from {{ ref('int_subscription_lines') }}
),

movements as (
    select
        arr_movement_id,
        account_id,
        month_end,
        movement_type,
        book_id,
        journey_id,
        source_row_hashes
    from {{ ref('fct_arr_movement') }}
    where movement_type in ('expansion', 'contraction')
),

months as (
    select
        month_end,
        previous_month_end
    from {{ ref('int_months') }}
),

-- What the account held of each product at the two ends of the month.
opening as (
    select
        movements.account_id,
        movements.month_end,
        lines.product,
        sum(lines.arr) as arr,
        sum(quantities.quantity) as quantity,
        sum(case when quantities.quantity is null then 1 else 0 end) = 0 as is_counted
    from movements
    inner join months on movements.month_end = months.month_end
    inner join lines
        on movements.account_id = lines.revenue_account_id
        and months.previous_month_end between lines.service_from and lines.service_to
    inner join quantities on lines.subscription_id = quantities.subscription_id
    group by movements.account_id, movements.month_end, lines.product
),

closing as (
    select distinct
        movements.account_id,
        movements.month_end,
        lines.product
    from movements
    inner join lines
        on movements.account_id = lines.revenue_account_id
        and movements.month_end between lines.service_from and lines.service_to
),

steps as (
    select
        account_id,
        month_end,
        product,
        'contracted' as motion,
        sum(signed_arr) as amount
    from changes
    where is_step_up
    group by account_id, month_end, product
),

others as (
    select
        account_id,
        month_end,
        product,
        motion,
        sum(signed_arr) as signed_arr,
        sum(signed_quantity) as signed_quantity,
        sum(case when signed_quantity is null then 1 else 0 end) = 0 as is_counted
    from changes
    where not is_step_up
    group by account_id, month_end, product, motion
),

compared as (
    select
        others.account_id,
        others.month_end,
        others.product,
        others.motion,
        others.signed_arr,
        opening.product is null or closing.product is null as is_product_change,
        case
            when opening.is_counted and others.is_counted and opening.quantity > 0
                then cast(
                        round(
                            cast(others.signed_quantity as {{ type_double() }})
                            * cast(opening.arr as {{ type_double() }})
                            / cast(opening.quantity as {{ type_double() }}), 6
                        ) as decimal(28, 6)
                    )
            else 0
        end as seats_arr
    from others
    left join opening
        on others.account_id = opening.account_id
        and others.month_end = opening.month_end
        and others.product = opening.product
    left join closing
        on others.account_id = closing.account_id
        and others.month_end = closing.month_end
        and others.product = closing.product
),

parts as (
    select
        account_id,
        month_end,
        product,
        'contracted_step_up' as driver,
        motion,
        amount
    from steps

    union all

    select
        account_id,
        month_end,
        product,
        'product' as driver,
        motion,
        signed_arr as amount
    from compared
    where is_product_change

    union all

    select
        account_id,
        month_end,
        product,
        'seats' as driver,
        motion,
        seats_arr as amount
    from compared
    where not is_product_change

    union all

    select
        account_id,
        month_end,
        product,
        'price' as driver,
        motion,
        signed_arr - seats_arr as amount
    from compared
    where not is_product_change
),

final as (
    select
        {{ surrogate_key(['parts.account_id', 'parts.month_end', 'parts.product', 'parts.driver', 'parts.motion']) }}
            as expansion_id,
        movements.arr_movement_id,
        parts.account_id,
        parts.month_end,
        movements.movement_type,
        parts.product,
        parts.driver,
        parts.motion,
        cast(parts.amount as decimal(28, 6)) as amount,
        movements.book_id,
        movements.journey_id,
        movements.source_row_hashes
    from parts
    inner join movements
        on parts.account_id = movements.account_id
        and parts.month_end = movements.month_end
    where parts.amount <> 0
)

select
    expansion_id,
    arr_movement_id,
    account_id,
    month_end,
    movement_type,
    product,
    driver,
    motion,
    amount,
    book_id,
    journey_id,
    source_row_hashes
from final
