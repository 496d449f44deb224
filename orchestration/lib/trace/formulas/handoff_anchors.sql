-- Handoffs of the period, and the days on which one may be due.
--
-- Reads: parameters, question, handoffs, onboarding, milestones, usage_events. Adds to: anchors. Makes: handed.

create macro policy_word(words) as replace(replace(lower(nullif(trim(words), '')), ' ', '_'), '-', '_');
create macro local_day(moment, zone) as cast(timezone(zone, timezone('UTC', moment)) as date);

create table handed as
select
    handoffs.handoff_id,
    handoffs.account_id,
    coalesce(policy_word(handoffs.kind), 'unknown') as kind,
    local_day(handoffs.handed_off_at, parameters.time_zone) as handed_off_on
from handoffs, parameters, question
where
    local_day(handoffs.handed_off_at, parameters.time_zone)
    between question.first_day and least(question.last_day, parameters.as_of);

insert into anchors
select account_id, day
from (
    select account_id, handed_off_on as day from handed
    union
    select account_id, go_live_on from onboarding
    union
    select account_id, declared_exit_on from onboarding
    union
    select onboarding.account_id, milestones.achieved_on
    from milestones
    inner join onboarding on milestones.onboarding_id = onboarding.onboarding_id
    union
    select usage_events.account_id, local_day(usage_events.occurred_at, parameters.time_zone)
    from usage_events, parameters
)
where day is not null and account_id in (select account_id from handed);
