-- Grain: activity of the company's time tracking, by its normalized name, with the function that policy counts it to.
with activities as (
    select
        {{ normalized_name('activity') }} as activity_key,
        category
    from {{ ref('stg_policy__activities') }}
),

final as (
    select
        activity_key,
        min(category) as category
    from activities
    group by activity_key
)

select
    activity_key,
    category
from final
