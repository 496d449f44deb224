-- Grain: onboarding open on a closed month-end x signal of policy: what the signal adds to its health score.
-- `weighted_signals` says how.
with inputs as (
    select
        onboarding_id,
        month_end,
        {{ onboarding_health_input_columns() | join(', ') }}
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

{{ weighted_signals('valued', ['onboarding_id', 'month_end']) }},

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
        weight_share,
        contribution
    from contributions
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
