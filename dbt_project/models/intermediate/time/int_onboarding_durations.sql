-- Grain: segment, and 'all' for the whole company: how long the onboardings that ended by `as_of` were open, in days
-- from signature.
with ended as (
    select
        segment,
        {{ days_between('opened_on', 'ended_on') }} as days_open
    from {{ ref('int_onboarding_loads') }}
    where ended_on is not null
),

final as (
    select
        'segment' as basis,
        segment,
        count(*) as ended_onboardings,
        cast(sum(days_open) as {{ type_double() }}) / count(*) as mean_days
    from ended
    group by segment

    union all

    select
        'all' as basis,
        'all' as segment,
        count(*) as ended_onboardings,
        cast(sum(days_open) as {{ type_double() }}) / count(*) as mean_days
    from ended
    having count(*) > 0
)

select
    basis,
    segment,
    cast(ended_onboardings as integer) as ended_onboardings,
    mean_days
from final
