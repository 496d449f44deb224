-- Catches an onboarding that a slice of the survival cube counts twice or not at all: for every slice and month,
-- the cohorts of its values add up to the cohort of the total.
with sums as (
    select
        month_end,
        dimension,
        sum(signed_onboardings) as signed_onboardings,
        sum(arrived_onboardings) as arrived_onboardings
    from {{ ref('cube_first_value_survival') }}
    group by month_end, dimension
),

totals as (
    select
        month_end,
        signed_onboardings,
        arrived_onboardings
    from sums
    where dimension = 'total'
)

select
    sums.month_end,
    sums.dimension,
    sums.signed_onboardings,
    totals.signed_onboardings as total_signed_onboardings
from sums
left join totals on sums.month_end = totals.month_end
where
    totals.month_end is null
    or sums.signed_onboardings <> totals.signed_onboardings
    or sums.arrived_onboardings <> totals.arrived_onboardings
