-- Grain: revenue account x closed month of an expansion or contraction x subscription line that entered (above zero)
-- or left (below zero) between the two month-ends. A line that left follows the line that took over from it, if one
-- did: of the account's lines that entered in the month, the next step of its own deal, else one of its product (sold
-- as a renewal before others), else one that starts by the day after its last.
with movements as (
    select
        account_id,
        month_end,
        previous_month_end,
        movement_type
    from {{ ref('int_account_month_arr') }}
    where movement_type in ('expansion', 'contraction')
),

lines as (
    select
        subscription_id,
        account_id,
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
        quantity,
        service_from as starts_on,
        service_to as ends_on
    from {{ ref('int_subscription_lines') }}
),

motions as (
    select
        subscription_id,
        opportunity_id,
        is_renewal,
        is_step_up,
        motion
    from {{ ref('int_line_motions') }}
),

opening as (
    select
        movements.account_id,
        movements.month_end,
        movements.movement_type,
        lines.subscription_id,
        lines.account_id as source_account_id,
        lines.product,
        lines.arr
    from movements
    inner join lines
        on movements.account_id = lines.revenue_account_id
        and movements.previous_month_end between lines.service_from and lines.service_to
),

closing as (
    select
        movements.account_id,
        movements.month_end,
        movements.movement_type,
        lines.subscription_id,
        lines.account_id as source_account_id,
        lines.product,
        lines.arr
    from movements
    inner join lines
        on movements.account_id = lines.revenue_account_id
        and movements.month_end between lines.service_from and lines.service_to
),

entered as (
    select
        closing.account_id,
        closing.month_end,
        closing.movement_type,
        closing.subscription_id,
        closing.source_account_id,
        closing.product,
        closing.arr,
        quantities.quantity,
        quantities.starts_on,
        motions.opportunity_id,
        motions.is_renewal,
        motions.is_step_up,
        motions.motion
    from closing
    inner join quantities on closing.subscription_id = quantities.subscription_id
    inner join motions on closing.subscription_id = motions.subscription_id
    left join opening
        on closing.account_id = opening.account_id
        and closing.month_end = opening.month_end
        and closing.subscription_id = opening.subscription_id
    where opening.subscription_id is null
),

left_lines as (
    select
        opening.account_id,
        opening.month_end,
        opening.movement_type,
        opening.subscription_id,
        opening.source_account_id,
        opening.product,
        opening.arr,
        quantities.quantity,
        quantities.ends_on,
        motions.opportunity_id
    from opening
    inner join quantities on opening.subscription_id = quantities.subscription_id
    inner join motions on opening.subscription_id = motions.subscription_id
    left join closing
        on opening.account_id = closing.account_id
        and opening.month_end = closing.month_end
        and opening.subscription_id = closing.subscription_id
    where closing.subscription_id is null
),

followed as (
    select
        left_lines.account_id,
        left_lines.month_end,
        left_lines.subscription_id,
        entered.is_step_up and entered.opportunity_id = left_lines.opportunity_id as is_step_up,
        entered.motion,
        row_number() over (
            partition by left_lines.account_id, left_lines.month_end, left_lines.subscription_id
            order by
                case when entered.is_step_up and entered.opportunity_id = left_lines.opportunity_id then 1 else 2 end,
                case when entered.product = left_lines.product then 1 else 2 end,
                case when entered.is_renewal then 1 else 2 end,
                case when entered.starts_on <= {{ add_days('left_lines.ends_on', 1) }} then 1 else 2 end,
                entered.arr desc,
                entered.subscription_id
        ) as follower_rank
    from left_lines
    inner join entered
        on left_lines.account_id = entered.account_id
        and left_lines.month_end = entered.month_end
        and left_lines.source_account_id = entered.source_account_id
        and (
            (entered.is_step_up and entered.opportunity_id = left_lines.opportunity_id)
            or (not entered.is_step_up and entered.product = left_lines.product)
            or (
                not entered.is_step_up
                and entered.starts_on between left_lines.ends_on and {{ add_days('left_lines.ends_on', 1) }}
            )
        )
),

final as (
    select
        account_id,
        month_end,
        movement_type,
        subscription_id,
        product,
        arr as signed_arr,
        quantity as signed_quantity,
        opportunity_id,
        is_step_up,
        motion
    from entered

    union all

    select
        left_lines.account_id,
        left_lines.month_end,
        left_lines.movement_type,
        left_lines.subscription_id,
        left_lines.product,
        -left_lines.arr as signed_arr,
        -left_lines.quantity as signed_quantity,
        left_lines.opportunity_id,
        coalesce(followed.is_step_up, false) as is_step_up,
        coalesce(followed.motion, 'unattributed') as motion
    from left_lines
    left join followed
        on left_lines.account_id = followed.account_id
        and left_lines.month_end = followed.month_end
        and left_lines.subscription_id = followed.subscription_id
        and followed.follower_rank = 1
)

select
    account_id,
    month_end,
    movement_type,
    subscription_id,
    product,
    cast(signed_arr as decimal(28, 6)) as signed_arr,
    cast(signed_quantity as decimal(18, 4)) as signed_quantity,
    opportunity_id,
    is_step_up,
    motion
from final
