-- Grain: member of staff, listed by the company or only mentioned by a row (then `is_known` is false).
with people as (
    select
        email,
        display_name,
        function,
        team,
        manager_email,
        weekly_capacity_hours,
        loaded_hourly_cost,
        started_on,
        ended_on,
        source_row_hashes,
        is_known
    from {{ ref('int_people') }}
),

final as (
    select
        {{ surrogate_key(['email']) }} as person_id,
        email,
        display_name,
        coalesce(function, 'unknown') as function,
        coalesce(team, 'unassigned') as team,
        manager_email,
        cast(weekly_capacity_hours as decimal(18, 4)) as weekly_capacity_hours,
        cast(loaded_hourly_cost as decimal(28, 6)) as loaded_hourly_cost,
        started_on,
        ended_on,
        is_known,
        source_row_hashes
    from people
)

select
    person_id,
    email,
    display_name,
    function,
    team,
    manager_email,
    weekly_capacity_hours,
    loaded_hourly_cost,
    started_on,
    ended_on,
    is_known,
    source_row_hashes
from final
