-- Grain: activity of the company's time tracking, by its normalized name, with the function that policy counts it to.
with activities as (
    select
        {{ normalized_name('activity') }} as activity_key,
        category,
        coalesce(is_rework, false) as is_rework
    from {{ ref('stg_policy__activities') }}
),

final as (
    select
        activity_key,
        min(category) as category,
        max(case when is_rework then 1 else 0 end) = 1 as is_rework
    from activities
    group by activity_key
)

select
    activity_key,
    category,
    is_rework
from final
