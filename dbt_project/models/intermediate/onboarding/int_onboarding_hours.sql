-- Grain: seen onboarding, with the implementation hours of its account from the signature to go-live (or so far),
-- what they cost, and the hours of rework in policy's days after go-live. Null where no time entry is connected; the
-- cost is null as soon as the cost of one person is not known.
with parameters as (
    select
        as_of,
        post_live_days
    from {{ ref('stg_build__parameters') }}
),

connected as (
    select coalesce(max(case when canonical_object = 'time_entries' and is_connected then 1 else 0 end), 0) as has_hours
    from {{ ref('stg_build__sources') }}
),

onboardings as (
    select
        onboarding_id,
        go_live_on
    from {{ ref('int_onboardings_seen') }}
),

spans as (
    select
        onboarding_id,
        account_id,
        valid_from,
        valid_to
    from {{ ref('int_onboarding_spans') }}
),

categories as (
    select
        activity_key,
        category,
        is_rework
    from {{ ref('int_time_categories') }}
),

people as (
    select
        email,
        loaded_hourly_cost
    from {{ ref('int_people') }}
),

-- One row per entry of implementation work: the spans of an account do not overlap.
entries as (
    select
        spans.onboarding_id,
        time_entries.spent_on,
        time_entries.hours,
        categories.is_rework,
        people.loaded_hourly_cost
    from {{ ref('int_time_entries_unioned') }} as time_entries
    inner join parameters on time_entries.spent_on <= parameters.as_of
    inner join categories
        on {{ normalized_name('time_entries.activity') }} = categories.activity_key
        and categories.category = 'implementation'
    inner join spans
        on time_entries.account_id = spans.account_id
        and time_entries.spent_on between spans.valid_from and spans.valid_to
    left join people on time_entries.person_email = people.email
),

placed as (
    select
        onboardings.onboarding_id,
        entries.hours,
        entries.loaded_hourly_cost,
        onboardings.go_live_on is null or entries.spent_on <= onboardings.go_live_on as is_before_live,
        entries.is_rework
        and entries.spent_on > onboardings.go_live_on
        and {{ days_between('onboardings.go_live_on', 'entries.spent_on') }}
        <= parameters.post_live_days as is_rework_after_live
    from onboardings
    inner join entries on onboardings.onboarding_id = entries.onboarding_id
    cross join parameters
),

added as (
    select
        onboarding_id,
        sum(case when is_before_live then hours else 0 end) as implementation_hours,
        sum(case when is_before_live then hours * loaded_hourly_cost else 0 end) as implementation_cost,
        max(case when is_before_live and loaded_hourly_cost is null then 1 else 0 end) as lacks_cost,
        sum(case when is_rework_after_live then hours else 0 end) as rework_hours
    from placed
    group by onboarding_id
),

final as (
    select
        onboardings.onboarding_id,
        case when connected.has_hours = 1 then coalesce(added.implementation_hours, 0) end as implementation_hours,
        case
            when connected.has_hours = 1 and coalesce(added.lacks_cost, 0) = 0
                then coalesce(added.implementation_cost, 0)
        end as implementation_cost,
        case when connected.has_hours = 1 then coalesce(added.rework_hours, 0) end as rework_hours
    from onboardings
    cross join connected
    left join added on onboardings.onboarding_id = added.onboarding_id
)

select
    onboarding_id,
    cast(implementation_hours as decimal(18, 4)) as implementation_hours,
    cast(implementation_cost as decimal(28, 6)) as implementation_cost,
    cast(rework_hours as decimal(18, 4)) as rework_hours
from final
