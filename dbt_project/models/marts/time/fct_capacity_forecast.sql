-- Grain: quarter ahead x segment. The next four full quarters, and the rest of the running one where there is any.
with numbers as (
    {{ dbt.generate_series(5) }}
),

parameters as (
    select
        as_of,
        last_closed_month_end,
        quarter_end_days,
        cast({{ dbt.date_trunc('quarter', 'as_of') }} as date) as quarter_start
    from {{ ref('stg_build__parameters') }}
),

deals as (
    select
        expected_close_on,
        likelihood,
        segment
    from {{ ref('int_new_deals_expected') }}
),

durations as (
    select
        basis,
        segment,
        ended_onboardings,
        mean_days
    from {{ ref('int_onboarding_durations') }}
),

segments as (
    select
        segment,
        load_max
    from {{ ref('stg_policy__segments') }}
    union all
    select distinct
        segment,
        null as load_max
    from deals
    where segment = 'unknown'
),

numbered as (
    select
        parameters.as_of,
        parameters.last_closed_month_end,
        parameters.quarter_end_days,
        cast(numbers.generated_number as integer) - 1 as quarters_ahead,
        cast({{ dbt.dateadd(
            'month', '3 * (cast(numbers.generated_number as integer) - 1)', 'parameters.quarter_start'
        ) }} as date) as quarter_start
    from parameters
    cross join numbers
),

quarters as (
    select
        last_closed_month_end,
        quarter_end_days,
        quarters_ahead,
        quarter_start,
        case when quarters_ahead = 0 then {{ add_days('as_of', 1) }} else quarter_start end as starts_on,
        {{ add_days(dbt.dateadd('month', 3, 'quarter_start'), -1) }} as ends_on
    from numbered
),

ahead as (
    select
        last_closed_month_end,
        quarter_end_days,
        quarters_ahead,
        quarter_start,
        starts_on,
        ends_on,
        {{ days_between('starts_on', 'ends_on') }} + 1 as days_in_period,
        -- A deal that should have closed by now is expected in the first period that is left.
        case
            when row_number() over (order by quarters_ahead) = 1 then {{ far_past() }} else starts_on
        end as expected_from
    from quarters
    where starts_on <= ends_on
),

expected as (
    select
        ahead.quarters_ahead,
        deals.segment,
        count(*) as open_deals,
        sum(deals.likelihood) as forecast_onboardings,
        sum(
            case
                when deals.expected_close_on > {{ add_days('ahead.ends_on', '-ahead.quarter_end_days') }}
                    then deals.likelihood
                else 0
            end
        ) as quarter_end_onboardings
    from ahead
    inner join deals on deals.expected_close_on between ahead.expected_from and ahead.ends_on
    group by ahead.quarters_ahead, deals.segment
),

joined as (
    select
        ahead.last_closed_month_end,
        ahead.quarters_ahead,
        ahead.quarter_start,
        ahead.starts_on,
        ahead.ends_on,
        ahead.days_in_period,
        segments.segment,
        segments.load_max,
        coalesce(expected.open_deals, 0) as open_deals,
        coalesce(expected.forecast_onboardings, 0) as forecast_onboardings,
        coalesce(expected.quarter_end_onboardings, 0) as quarter_end_onboardings,
        coalesce(own.mean_days, overall.mean_days) as mean_days_in_onboarding,
        coalesce(own.ended_onboardings, overall.ended_onboardings, 0) as ended_onboardings,
        case
            when own.segment is not null then 'segment'
            when overall.segment is not null then 'all'
            else 'none'
        end as mean_days_basis
    from ahead
    cross join segments
    left join expected
        on ahead.quarters_ahead = expected.quarters_ahead
        and segments.segment = expected.segment
    left join durations as own on segments.segment = own.segment and own.basis = 'segment'
    left join durations as overall on overall.basis = 'all'
),

final as (
    select
        {{ surrogate_key(['quarter_start', 'segment']) }} as capacity_forecast_id,
        last_closed_month_end as month_end,
        {{ quarter_label('quarter_start') }} as forecast_quarter,
        quarters_ahead,
        starts_on,
        ends_on,
        cast(days_in_period as integer) as days_in_period,
        segment,
        cast(open_deals as integer) as open_deals,
        cast(forecast_onboardings as decimal(28, 12)) as forecast_onboardings,
        cast(quarter_end_onboardings as decimal(28, 12)) as quarter_end_onboardings,
        mean_days_in_onboarding,
        cast(ended_onboardings as integer) as ended_onboardings,
        mean_days_basis,
        cast(load_max as integer) as concurrency,
        cast(forecast_onboardings as {{ type_double() }}) * mean_days_in_onboarding / days_in_period / load_max
            as needed_specialists,
        cast(forecast_onboardings as {{ type_double() }}) / load_max as peak_needed_specialists
    from joined
)

select
    capacity_forecast_id,
    month_end,
    forecast_quarter,
    quarters_ahead,
    starts_on,
    ends_on,
    days_in_period,
    segment,
    open_deals,
    forecast_onboardings,
    quarter_end_onboardings,
    mean_days_in_onboarding,
    ended_onboardings,
    mean_days_basis,
    concurrency,
    needed_specialists,
    peak_needed_specialists
from final
