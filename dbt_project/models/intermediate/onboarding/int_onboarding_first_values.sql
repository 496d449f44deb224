-- Grain: onboarding that reached first value by `as_of`: its earliest first-value milestone (ties by id).
with milestones as (
    select
        milestone_id,
        onboarding_id,
        achieved_on,
        origin,
        source_row_hashes,
        row_number() over (partition by onboarding_id order by achieved_on, milestone_id) as arrival_rank
    from {{ ref('int_onboarding_milestones') }}
    where is_first_value and achieved_on is not null
),

final as (
    select
        onboarding_id,
        milestone_id,
        achieved_on as first_value_on,
        origin,
        source_row_hashes
    from milestones
    where arrival_rank = 1
)

select
    onboarding_id,
    milestone_id,
    first_value_on,
    origin,
    source_row_hashes
from final
