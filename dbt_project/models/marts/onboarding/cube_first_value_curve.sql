-- Grain: closed month x slice ('total', or one value of one dimension) x day since signature: Kaplan-Meier curve of
-- the wait for first value, over the onboardings signed in the twelve months to the month-end. At a distinct day
-- d, the waiting share falls by the factor 1 - arrivals on d / still observed on d; arrivals come before censorings
-- of the same day. A day is here when somebody arrived or was last seen on it; day 0, the signature, always is.
-- The share is a product of ratios, which no decimal holds exactly: it is kept to twelve digits.
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
        count(*) as signed_onboardings
    from cells
    group by month_end, dimension, dimension_value
),

observed as (
    select
        month_end,
        dimension,
        dimension_value,
        observed_days,
        1 as onboardings,
        case when has_first_value then 1 else 0 end as arrivals
    from cells
    union all
    select
        month_end,
        dimension,
        dimension_value,
        0 as observed_days,
        0 as onboardings,
        0 as arrivals
    from sizes
),

days as (
    select
        month_end,
        dimension,
        dimension_value,
        observed_days,
        sum(onboardings) as onboardings,
        sum(arrivals) as arrivals
    from observed
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

-- A factor of 0 has no logarithm: the share is 0 from that day on, and its logarithm counts as far below that of
-- one half.
factors as (
    select
        month_end,
        dimension,
        dimension_value,
        observed_days,
        arrivals,
        still_observed,
        case
            when arrivals = 0 then cast(0 as {{ type_double() }})
            when arrivals = still_observed then cast(-1000 as {{ type_double() }})
            else ln(
                    cast(still_observed - arrivals as {{ type_double() }}) / cast(still_observed as {{ type_double() }})
                )
        end as log_factor
    from at_risk
),

survival as (
    select
        month_end,
        dimension,
        dimension_value,
        observed_days,
        still_observed,
        sum(arrivals) over (
            partition by month_end, dimension, dimension_value
            order by observed_days
            rows between unbounded preceding and current row
        ) as arrived_onboardings,
        exp(sum(log_factor) over (
            partition by month_end, dimension, dimension_value
            order by observed_days
            rows between unbounded preceding and current row
        )) as waiting_share
    from factors
),

final as (
    select
        {{ surrogate_key([
            'survival.month_end', 'survival.dimension', 'survival.dimension_value', 'survival.observed_days'
        ]) }} as first_value_curve_id,
        survival.month_end,
        survival.dimension,
        survival.dimension_value,
        cast(survival.observed_days as integer) as days_since_signature,
        cast(sizes.signed_onboardings as integer) as signed_onboardings,
        cast(survival.still_observed as integer) as observed_onboardings,
        cast(survival.arrived_onboardings as integer) as arrived_onboardings,
        cast(survival.waiting_share as decimal(18, 12)) as waiting_share,
        cast(1 - survival.waiting_share as decimal(18, 12)) as arrived_share
    from survival
    inner join sizes
        on survival.month_end = sizes.month_end
        and survival.dimension = sizes.dimension
        and survival.dimension_value = sizes.dimension_value
)

select
    first_value_curve_id,
    month_end,
    dimension,
    dimension_value,
    days_since_signature,
    signed_onboardings,
    observed_onboardings,
    arrived_onboardings,
    waiting_share,
    arrived_share
from final
