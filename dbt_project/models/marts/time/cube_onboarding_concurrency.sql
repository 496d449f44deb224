-- Grain: closed month x total or segment: the most onboardings that were open on one day. Counted from openings and
-- endings, not from days.
with spans as (
    select
        opened_on,
        ended_on,
        segment
    from {{ ref('int_onboarding_loads') }}
    where ended_on is null or ended_on > opened_on
),

months as (
    select
        month_end,
        previous_month_end
    from {{ ref('int_months') }}
),

sliced as (
    select
        'total' as dimension,
        'all' as dimension_value,
        opened_on,
        ended_on
    from spans

    union all

    select
        'segment' as dimension,
        segment as dimension_value,
        opened_on,
        ended_on
    from spans
),

changes as (
    select
        dimension,
        dimension_value,
        opened_on as changed_on,
        1 as change
    from sliced

    union all

    select
        dimension,
        dimension_value,
        ended_on as changed_on,
        -1 as change
    from sliced
    where ended_on is not null
),

days as (
    select
        dimension,
        dimension_value,
        changed_on,
        sum(change) as change
    from changes
    group by dimension, dimension_value, changed_on
),

-- How many are open from a day on, until the next change.
levels as (
    select
        dimension,
        dimension_value,
        changed_on,
        coalesce(
            lead(changed_on) over (partition by dimension, dimension_value order by changed_on), {{ far_future() }}
        ) as changed_again_on,
        sum(change) over (
            partition by dimension, dimension_value
            order by changed_on
            rows between unbounded preceding and current row
        ) as open_onboardings
    from days
),

final as (
    select
        {{ surrogate_key(['months.month_end', 'levels.dimension', 'levels.dimension_value']) }}
            as onboarding_concurrency_id,
        months.month_end,
        levels.dimension,
        levels.dimension_value,
        cast(max(levels.open_onboardings) as integer) as peak_open_onboardings
    from months
    inner join levels
        on levels.changed_on <= months.month_end
        and levels.changed_again_on > {{ add_days('months.previous_month_end', 1) }}
    group by months.month_end, levels.dimension, levels.dimension_value
)

select
    onboarding_concurrency_id,
    month_end,
    dimension,
    dimension_value,
    peak_open_onboardings
from final
