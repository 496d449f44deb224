-- Grain: account x closed month-end x signal of policy: what the signal adds to the health score, and how that changed
-- since the month-end before. `weighted_signals` says how.
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

{{ weighted_signals('valued', ['account_id', 'month_end'], ['revenue_account_id', 'book_id', 'journey_id']) }},

dated as (
    select
        contributions.account_id,
        contributions.revenue_account_id,
        contributions.month_end,
        months.previous_month_end,
        contributions.book_id,
        contributions.journey_id,
        contributions.signal,
        contributions.label,
        contributions.weight,
        contributions.input_value,
        contributions.points,
        contributions.weight_share,
        contributions.contribution
    from contributions
    inner join months on contributions.month_end = months.month_end
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
        dated.weight_share,
        dated.contribution,
        previous.contribution as previous_contribution,
        cast(dated.contribution - previous.contribution as decimal(9, 4)) as contribution_change,
        dated.book_id,
        dated.journey_id
    from dated
    left join contributions as previous
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
