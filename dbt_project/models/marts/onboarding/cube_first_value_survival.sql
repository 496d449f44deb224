-- Grain: closed month x slice ('total', or one value of one dimension): Kaplan-Meier median of the days from
-- signature to first value, over the onboardings signed in the twelve months to the month-end. At a distinct day
-- d, survival falls by the factor 1 - arrivals on d / still observed on d; arrivals come before censorings of the
-- same day. The median is the smallest day at which survival is one half or less, null when it never gets there.
-- Survival is a product of ratios, which no decimal holds exactly: it is a double, compared with a tolerance of
-- 1e-9.
with cohort as (
    select
        month_end,
        observed_days,
        has_first_value,
        signed_quarter,
        book_id
    from {{ ref('fct_onboarding_cohort_month') }}
),

books as (
    select
        book_id,
        segment,
        csm,
        team,
        industry,
        region,
        product
    from {{ ref('dim_account_history') }}
),

sliced as (
    select
        cohort.month_end,
        cohort.observed_days,
        cohort.has_first_value,
        books.segment,
        books.csm,
        books.team,
        books.industry,
        books.region,
        books.product,
        cohort.signed_quarter
    from cohort
    inner join books on cohort.book_id = books.book_id
),

cells as (
    select
        month_end,
        'total' as dimension,
        'all' as dimension_value,
        observed_days,
        has_first_value
    from sliced
    {%- for dimension in slice_columns() %}
    union all
    select
        month_end,
        '{{ dimension }}' as dimension,
        {{ dimension }} as dimension_value,
        observed_days,
        has_first_value
    from sliced
    {%- endfor %}
),

sizes as (
    select
        month_end,
        dimension,
        dimension_value,
        count(*) as signed_onboardings,
        sum(case when has_first_value then 1 else 0 end) as arrived_onboardings
    from cells
    group by month_end, dimension, dimension_value
),

days as (
    select
        month_end,
        dimension,
        dimension_value,
        observed_days,
        count(*) as onboardings,
        sum(case when has_first_value then 1 else 0 end) as arrivals
    from cells
    group by month_end, dimension, dimension_value, observed_days
),

at_risk as (
    select
        month_end,
        dimension,
        dimension_value,
        observed_days,
        arrivals,
        sum(onboardings) over (
            partition by month_end, dimension, dimension_value
            order by observed_days desc
            rows between unbounded preceding and current row
        ) as still_observed
    from days
),

-- A factor of 0 has no logarithm: survival is 0 from that day on, and its logarithm counts as far below that of
-- one half.
factors as (
    select
        month_end,
        dimension,
        dimension_value,
        observed_days,
        case
            when arrivals = still_observed then cast(-1000 as {{ type_double() }})
            else ln(
                    cast(still_observed - arrivals as {{ type_double() }}) / cast(still_observed as {{ type_double() }})
                )
        end as log_factor
    from at_risk
    where arrivals > 0
),

survival as (
    select
        month_end,
        dimension,
        dimension_value,
        observed_days,
        exp(sum(log_factor) over (
            partition by month_end, dimension, dimension_value
            order by observed_days
            rows between unbounded preceding and current row
        )) as surviving_share
    from factors
),

medians as (
    select
        month_end,
        dimension,
        dimension_value,
        min(observed_days) as km_median_days_to_first_value
    from survival
    where surviving_share <= 0.5 + 1e-9
    group by month_end, dimension, dimension_value
),

final as (
    select
        {{ surrogate_key(['sizes.month_end', 'sizes.dimension', 'sizes.dimension_value']) }} as first_value_survival_id,
        sizes.month_end,
        sizes.dimension,
        sizes.dimension_value,
        cast(sizes.signed_onboardings as integer) as signed_onboardings,
        cast(sizes.arrived_onboardings as integer) as arrived_onboardings,
        medians.km_median_days_to_first_value
    from sizes
    left join medians
        on sizes.month_end = medians.month_end
        and sizes.dimension = medians.dimension
        and sizes.dimension_value = medians.dimension_value
)

select
    first_value_survival_id,
    month_end,
    dimension,
    dimension_value,
    signed_onboardings,
    arrived_onboardings,
    km_median_days_to_first_value
from final
