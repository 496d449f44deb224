-- The exit of an onboarding: first value with sustained use, a meaningful event in each of so many weeks in a row.
--
-- Reads: parameters, signed_onboarding, first_value, usage_events, meaningful_events, source_states, value_milestones.

-- Where policy lists no meaningful event, every one that is no sign-in is meaningful.
create table meaningful_day as
select distinct events.account_id, events.day
from (
    select
        usage_events.account_id,
        local_day(usage_events.occurred_at, parameters.time_zone) as day,
        coalesce(name_of(usage_events.event_name), '') as event_name,
        coalesce(name_of(usage_events.feature), '') as feature
    from usage_events, parameters
) as events
where
    not exists (
        select 1 from meaningful_events as rules
        where
            rules.kind = 'sign_in'
            and coalesce(name_of(rules.event_name), events.event_name) = events.event_name
            and coalesce(name_of(rules.feature), events.feature) = events.feature
    )
    and (
        not exists (select 1 from meaningful_events where kind = 'meaningful')
        or exists (
            select 1 from meaningful_events as rules
            where
                rules.kind = 'meaningful'
                and coalesce(name_of(rules.event_name), events.event_name) = events.event_name
                and coalesce(name_of(rules.feature), events.feature) = events.feature
        )
    );

create table used_week as
select signed.onboarding_id, cast(date_trunc('week', meaningful_day.day) as date) as monday, min(meaningful_day.day) as first_day
from signed_onboarding as signed
cross join parameters
inner join meaningful_day
    on signed.account_id = meaningful_day.account_id
    and meaningful_day.day between signed.contract_signed_on and coalesce(signed.left_on, parameters.as_of)
group by all;

-- An exit can be observed where usage tells of use and something tells of first value; else the declared one counts.
create table exit as
with observed as (
    select used_week.onboarding_id, min(greatest(used_week.first_day, first_value.first_value_on)) as day
    from used_week
    cross join parameters
    inner join first_value on used_week.onboarding_id = first_value.onboarding_id
    where
        used_week.monday >= date_trunc('week', first_value.first_value_on)
        and (
            select count(*) from used_week as weeks
            where
                weeks.onboarding_id = used_week.onboarding_id
                and weeks.monday between used_week.monday - 7 * (parameters.sustained_use_weeks - 1) and used_week.monday
        ) = parameters.sustained_use_weeks
    group by used_week.onboarding_id
),
connected as (
    select
        coalesce(bool_or(is_connected) filter (where canonical_object = 'usage_events'), false) as has_usage,
        coalesce(bool_or(is_connected) filter (where canonical_object = 'milestones'), false)
            or exists (select 1 from value_milestones where is_first_value and event_name is not null) as knows_value
    from source_states
),
decided as (
    select
        signed.onboarding_id,
        signed.left_on,
        case
            when connected.has_usage and connected.knows_value then observed.day
            when not signed.says_cancelled then signed.declared_exit_on
        end as day
    from signed_onboarding as signed
    cross join connected
    left join observed on signed.onboarding_id = observed.onboarding_id
)
select onboarding_id, case when left_on is null or day <= left_on then day end as day from decided;
