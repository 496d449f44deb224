-- Grain: account x closed month-end x signal of policy: what the signal adds to the health score, and how that changed
-- since the month-end before. The weight of a signal that is missing goes to the others. Contributions are the steps
-- of a running total that is rounded once per step, so that they add up to the rounded score, to the last digit.
with inputs as (
    select
        account_id,
        revenue_account_id,
        month_end,
        {%- for input in health_input_columns() %}
        {{ input }},
        {%- endfor %}
        book_id,
        journey_id
    from {{ ref('fct_health_input') }}
),

signals as (
    select
        signal,
        label,
        cast(weight as decimal(18, 6)) as weight,
        input,
        zero_at,
        full_at
    from {{ ref('stg_policy__health_signals') }}
),

months as (
    select
        month_end,
        previous_month_end
    from {{ ref('int_months') }}
),

valued as (
    select
        inputs.account_id,
        inputs.revenue_account_id,
        inputs.month_end,
        inputs.book_id,
        inputs.journey_id,
        signals.signal,
        signals.label,
        signals.weight,
        signals.zero_at,
        signals.full_at,
        case signals.input
            {%- for input in health_input_columns() %}
            when '{{ input }}' then inputs.{{ input }}
            {%- endfor %}
        end as input_value
    from inputs
    cross join signals
),

scored as (
    select
        account_id,
        revenue_account_id,
        month_end,
        book_id,
        journey_id,
        signal,
        label,
        weight,
        input_value,
        case
            when input_value is not null
                then cast(
                    round(100 * least(1, greatest(0, (input_value - zero_at) / (full_at - zero_at))), 4)
                    as decimal(9, 4)
                )
        end as points,
        case when input_value is not null then weight else 0 end as present_weight
    from valued
),

running as (
    select
        account_id,
        revenue_account_id,
        month_end,
        book_id,
        journey_id,
        signal,
        label,
        weight,
        input_value,
        points,
        present_weight,
        sum(present_weight) over (partition by account_id, month_end) as total_weight,
        sum(coalesce(points, 0) * present_weight) over (
            partition by account_id, month_end
            order by weight desc, signal
            rows between unbounded preceding and current row
        ) as points_so_far,
        coalesce(points, 0) * present_weight as weighted_points
    from scored
),

shared as (
    select
        account_id,
        revenue_account_id,
        month_end,
        book_id,
        journey_id,
        signal,
        label,
        weight,
        input_value,
        points,
        total_weight > 0 as is_scored,
        case when total_weight > 0 then present_weight / total_weight end as weight_share,
        case
            when total_weight > 0
                then cast(round(points_so_far / total_weight, 4) as decimal(9, 4))
                    - cast(round((points_so_far - weighted_points) / total_weight, 4) as decimal(9, 4))
        end as contribution
    from running
),

dated as (
    select
        shared.account_id,
        shared.revenue_account_id,
        shared.month_end,
        months.previous_month_end,
        shared.book_id,
        shared.journey_id,
        shared.signal,
        shared.label,
        shared.weight,
        shared.input_value,
        shared.points,
        shared.is_scored,
        shared.weight_share,
        shared.contribution
    from shared
    inner join months on shared.month_end = months.month_end
),

final as (
    select
        {{ surrogate_key(['dated.account_id', 'dated.month_end', 'dated.signal']) }} as health_contribution_id,
        {{ surrogate_key(['dated.account_id', 'dated.month_end']) }} as health_score_id,
        dated.account_id,
        dated.revenue_account_id,
        dated.month_end,
        dated.signal,
        dated.label,
        dated.input_value,
        dated.points,
        dated.input_value is not null as is_present,
        dated.weight,
        cast(dated.weight_share as decimal(9, 6)) as weight_share,
        cast(dated.contribution as decimal(9, 4)) as contribution,
        cast(previous.contribution as decimal(9, 4)) as previous_contribution,
        cast(dated.contribution - previous.contribution as decimal(9, 4)) as contribution_change,
        dated.book_id,
        dated.journey_id
    from dated
    left join shared as previous
        on dated.account_id = previous.account_id
        and dated.previous_month_end = previous.month_end
        and dated.signal = previous.signal
)

select
    health_contribution_id,
    health_score_id,
    account_id,
    revenue_account_id,
    month_end,
    signal,
    label,
    input_value,
    points,
    is_present,
    weight,
    weight_share,
    contribution,
    previous_contribution,
    contribution_change,
    book_id,
    journey_id
from final
