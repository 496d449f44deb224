-- Grain: onboarding open on a closed month-end x signal of policy: what the signal adds to its health score. The
-- weight of a signal that is missing goes to the others. Contributions are the steps of a running total that is
-- rounded once per step, so that they add up to the rounded score, to the last digit.
with inputs as (
    select
        onboarding_id,
        month_end,
        {%- for input in onboarding_health_input_columns() %}
        {{ input }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_onboarding_health_inputs') }}
),

signals as (
    select
        signal,
        label,
        cast(weight as decimal(18, 6)) as weight,
        input,
        zero_at,
        full_at
    from {{ ref('stg_policy__onboarding_health_signals') }}
),

valued as (
    select
        inputs.onboarding_id,
        inputs.month_end,
        signals.signal,
        signals.label,
        signals.weight,
        signals.zero_at,
        signals.full_at,
        case signals.input
            {%- for input in onboarding_health_input_columns() %}
            when '{{ input }}' then inputs.{{ input }}
            {%- endfor %}
        end as input_value
    from inputs
    cross join signals
),

scored as (
    select
        onboarding_id,
        month_end,
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
        onboarding_id,
        month_end,
        signal,
        label,
        weight,
        input_value,
        points,
        present_weight,
        sum(present_weight) over (partition by onboarding_id, month_end) as total_weight,
        sum(coalesce(points, 0) * present_weight) over (
            partition by onboarding_id, month_end
            order by weight desc, signal
            rows between unbounded preceding and current row
        ) as points_so_far,
        coalesce(points, 0) * present_weight as weighted_points
    from scored
),

final as (
    select
        {{ surrogate_key(['onboarding_id', 'month_end', 'signal']) }} as onboarding_health_contribution_id,
        {{ surrogate_key(['onboarding_id', 'month_end']) }} as onboarding_month_id,
        onboarding_id,
        month_end,
        signal,
        label,
        cast(input_value as decimal(9, 6)) as input_value,
        points,
        input_value is not null as is_present,
        weight,
        cast(case when total_weight > 0 then present_weight / total_weight end as decimal(9, 6)) as weight_share,
        cast(case
            when total_weight > 0
                then cast(round(points_so_far / total_weight, 4) as decimal(9, 4))
                    - cast(round((points_so_far - weighted_points) / total_weight, 4) as decimal(9, 4))
        end as decimal(9, 4)) as contribution
    from running
)

select
    onboarding_health_contribution_id,
    onboarding_month_id,
    onboarding_id,
    month_end,
    signal,
    label,
    input_value,
    points,
    is_present,
    weight,
    weight_share,
    contribution
from final
