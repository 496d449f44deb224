-- Grain: onboarding x value milestone that policy observes from usage, for companies that deliver usage at all.
-- Reached on the day of the event that fills the threshold, counted from the signature, within the days that
-- policy allows.
with parameters as (
    select time_zone from {{ ref('stg_build__parameters') }}
),

connected as (
    select distinct canonical_object
    from {{ ref('stg_build__sources') }}
    where canonical_object = 'usage_events' and is_connected
),

rules as (
    select
        policy.segment,
        policy.milestone_name,
        {{ normalized_name('policy.milestone_name') }} as name_key,
        {{ normalized_name('policy.event_name') }} as event_key,
        coalesce(policy.threshold, 1) as threshold,
        policy.within_days,
        coalesce(policy.is_first_value, false) as is_first_value
    from {{ ref('stg_policy__value_milestones') }} as policy
    inner join connected on policy.event_name is not null
),

onboardings as (
    select
        onboarding_id,
        account_id,
        contract_signed_on,
        segment,
        as_of
    from {{ ref('int_onboardings_seen') }}
),

events as (
    select
        usage_events.account_id,
        usage_events.event_id,
        {{ normalized_name('usage_events.event_name') }} as event_key,
        {{ business_date('usage_events.occurred_at', 'parameters.time_zone') }} as occurred_on,
        usage_events.source_row_hashes
    from {{ ref('int_usage_events_unioned') }} as usage_events
    cross join parameters
    where {{ normalized_name('usage_events.event_name') }} in (select rules.event_key from rules)
),

expected as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        onboardings.contract_signed_on,
        onboardings.as_of,
        rules.milestone_name,
        rules.name_key,
        rules.event_key,
        rules.threshold,
        rules.within_days,
        rules.is_first_value
    from onboardings
    inner join rules on onboardings.segment = rules.segment
),

counted as (
    select
        expected.onboarding_id,
        expected.name_key,
        expected.threshold,
        events.occurred_on,
        events.source_row_hashes,
        row_number() over (
            partition by expected.onboarding_id, expected.name_key order by events.occurred_on, events.event_id
        ) as event_number
    from expected
    inner join events
        on expected.account_id = events.account_id
        and expected.event_key = events.event_key
        and events.occurred_on between expected.contract_signed_on and expected.as_of
    where
        expected.within_days is null
        or {{ days_between('expected.contract_signed_on', 'events.occurred_on') }} <= expected.within_days
),

final as (
    select
        expected.onboarding_id,
        expected.milestone_name,
        expected.name_key,
        expected.is_first_value,
        counted.occurred_on as achieved_on,
        counted.source_row_hashes
    from expected
    left join counted
        on expected.onboarding_id = counted.onboarding_id
        and expected.name_key = counted.name_key
        and expected.threshold = counted.event_number
)

select
    onboarding_id,
    milestone_name,
    name_key,
    is_first_value,
    achieved_on,
    source_row_hashes
from final
