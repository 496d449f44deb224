/*
  People have a name, a function and a team, and are what was merged from the systems that know them;
  segments meet without gap or overlap and ask for no less than they call good.
*/
with people as (

    select * from {{ ref('dim_person') }}

),

merged as (

    select * from {{ ref('int_people') }}

),

segments as (

    select
        segments.*,
        lead(acv_below) over (order by sort_order) as below_of_next
    from {{ ref('dim_segment') }} as segments

),

final as (

    select people.person_id as key_value
    from people
    left join merged on people.email = merged.email
    where merged.email is null
        or people.display_name is null
        or people.function is null
        or people.team is null
        or people.manager_email <> merged.manager_email
        or people.weekly_capacity_hours <> merged.weekly_capacity_hours
        or people.loaded_hourly_cost <> merged.loaded_hourly_cost
        or people.started_on <> merged.started_on
        or people.ended_on <> merged.ended_on
        or people.is_known <> merged.is_known
        or (people.is_known and people.source_row_hashes = '')

    union all

    select segment as key_value
    from segments
    where acv_from < 0
        or acv_below <= acv_from
        or (sort_order = 1) <> (acv_below is null)
        or below_of_next <> acv_from
        or good_days > target_days
        or load_min > load_max
        or load_unit not in ('onboardings', 'accounts')
        or is_default is null

)

select * from final
