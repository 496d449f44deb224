-- Grain: CSM x period with one operating model.
with periods as (
    select
        email,
        valid_from,
        valid_to,
        operating_model,
        origin
    from {{ ref('int_csm_operating_periods') }}
),

people as (
    select
        email,
        display_name
    from {{ ref('int_people') }}
),

final as (
    select
        {{ surrogate_key(['periods.email', 'periods.valid_from']) }} as operating_period_id,
        {{ surrogate_key(['periods.email']) }} as person_id,
        periods.email as csm_email,
        coalesce(people.display_name, 'unknown') as csm,
        periods.valid_from,
        periods.valid_to,
        periods.operating_model,
        periods.origin
    from periods
    left join people on periods.email = people.email
)

select
    operating_period_id,
    person_id,
    csm_email,
    csm,
    valid_from,
    valid_to,
    operating_model,
    origin
from final
