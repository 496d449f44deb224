-- Kaplan–Meier: the day by which half of a cohort has reached first value, those still on the way counted as long as they
-- were seen. On each day on which somebody arrives, survival falls by arrivals ÷ those still observed; arrivals come before
-- those who leave on the same day.
--
-- Reads: recomputed.fct_onboarding_cohort_month, recomputed.dim_account_history.

create table member as
select cohort.month_end, slices.dimension, slices.dimension_value, cohort.observed_days, cohort.has_first_value
from recomputed.fct_onboarding_cohort_month as cohort
inner join recomputed.dim_account_history as books on cohort.book_id = books.book_id,
lateral (
    values
        ('total', 'all'), ('segment', books.segment), ('csm', books.csm), ('team', books.team), ('industry', books.industry),
        ('region', books.region), ('product', books.product), ('signed_quarter', cohort.signed_quarter)
) as slices (dimension, dimension_value);

create table survival as
select
    arrivals.month_end,
    arrivals.dimension,
    arrivals.dimension_value,
    arrivals.day,
    product(1 - cast(arrivals.arrived as double) / arrivals.still_observed) over (
        partition by arrivals.month_end, arrivals.dimension, arrivals.dimension_value order by arrivals.day
    ) as share
from (
    select
        days.month_end,
        days.dimension,
        days.dimension_value,
        days.day,
        count(*) filter (where member.observed_days = days.day and member.has_first_value) as arrived,
        count(*) as still_observed
    from (
        select distinct month_end, dimension, dimension_value, observed_days as day from member where has_first_value
    ) as days
    inner join member
        on days.month_end = member.month_end
        and days.dimension = member.dimension
        and days.dimension_value = member.dimension_value
        and member.observed_days >= days.day
    group by all
) as arrivals;

create table recomputed.cube_first_value_survival as
select
    slices.month_end,
    slices.dimension,
    slices.dimension_value,
    min(survival.day) filter (where survival.share <= 0.5 + 1e-9) as km_median_days_to_first_value
from (select distinct month_end, dimension, dimension_value from member) as slices
left join survival
    on slices.month_end = survival.month_end
    and slices.dimension = survival.dimension
    and slices.dimension_value = survival.dimension_value
group by all;
