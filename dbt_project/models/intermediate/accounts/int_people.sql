-- Grain: e-mail address of a member of staff, whether the company listed the person or a row only mentions the
-- address. Two people of one name are told apart by a number, in the order of their e-mail addresses. Somebody who was
-- erased is called by the pseudonym, however the systems spell names.
with listed as (
    select
        email,
        full_name,
        function,
        team,
        manager_email,
        weekly_capacity_hours,
        loaded_hourly_cost,
        started_on,
        ended_on,
        source_row_hashes
    from {{ ref('int_people_unioned') }}
),

mentioned as (
    select csm_email as email from {{ ref('int_account_owner_periods') }}
    where csm_email is not null
    union
    select owner_email as email from {{ ref('int_onboardings_unioned') }}
    where owner_email is not null
    union
    select person_email as email from {{ ref('int_time_entries_unioned') }}
    where person_email is not null
    union
    select from_email as email from {{ ref('int_handoffs_unioned') }}
    where from_email is not null
    union
    select to_email as email from {{ ref('int_handoffs_unioned') }}
    where to_email is not null
    union
    select owner_email as email from {{ ref('int_success_plans_unioned') }}
    where owner_email is not null
),

named as (
    select
        email,
        case
            when {{ is_erased('email') }} then {{ name_from_email('email') }}
            else coalesce(nullif(trim(full_name), ''), {{ name_from_email('email') }})
        end as full_name,
        function,
        team,
        manager_email,
        weekly_capacity_hours,
        loaded_hourly_cost,
        started_on,
        ended_on,
        source_row_hashes,
        true as is_known
    from listed

    union all

    select
        mentioned.email,
        {{ name_from_email('mentioned.email') }} as full_name,
        null as function,
        null as team,
        null as manager_email,
        null as weekly_capacity_hours,
        null as loaded_hourly_cost,
        null as started_on,
        null as ended_on,
        null as source_row_hashes,
        false as is_known
    from mentioned
    left join listed on mentioned.email = listed.email
    where listed.email is null
),

numbered as (
    select
        email,
        full_name,
        function,
        team,
        manager_email,
        weekly_capacity_hours,
        loaded_hourly_cost,
        started_on,
        ended_on,
        source_row_hashes,
        is_known,
        row_number() over (partition by full_name order by email) as namesake_number
    from named
),

final as (
    select
        email,
        case
            when namesake_number = 1 then full_name
            else concat(full_name, ' (', cast(namesake_number as {{ dbt.type_string() }}), ')')
        end as display_name,
        function,
        team,
        manager_email,
        weekly_capacity_hours,
        loaded_hourly_cost,
        started_on,
        ended_on,
        source_row_hashes,
        is_known
    from numbered
)

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
from final
