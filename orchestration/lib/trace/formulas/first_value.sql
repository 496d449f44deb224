-- Time to first value: from the signature to the day on which the customer first got what was bought.
--
-- Reads: parameters, question, onboarding, milestones, usage_events, value_milestones, holds, source_states, segments,
-- own_line, recomputed.dim_account_history.
-- Makes: recomputed.fct_onboarding, recomputed.fct_onboarding_cohort_month.

create macro name_of(words) as lower(nullif(trim(words), ''));

create table signed_onboarding as
select onboarding.*, books.segment, cast(segments.target_days as integer) as target_days, books.book_id
from onboarding
inner join recomputed.dim_account_history as books
    on onboarding.account_id || '@' || onboarding.contract_signed_on = books.book_id
left join segments on books.segment = segments.segment;

-- Where policy gives a rule (an event, so many times, within so many days) and usage is delivered, usage decides: the
-- milestone is reached on the day of the event that fills the threshold.
create table observed as
select
    signed.onboarding_id,
    rules.milestone_name,
    list_sort(list(events.day) filter (where events.day is not null))[coalesce(any_value(rules.threshold), 1)] as reached_on
from signed_onboarding as signed
cross join parameters
inner join value_milestones as rules on signed.segment = rules.segment and name_of(rules.event_name) is not null
left join (
    select
        usage_events.account_id,
        name_of(usage_events.event_name) as name,
        cast(timezone(parameters.time_zone, timezone('UTC', usage_events.occurred_at)) as date) as day
    from usage_events, parameters
    where name_of(usage_events.event_name) in (select name_of(event_name) from value_milestones)
) as events
    on signed.account_id = events.account_id
    and name_of(rules.event_name) = events.name
    and events.day between signed.contract_signed_on and parameters.as_of
    and (rules.within_days is null or events.day - signed.contract_signed_on <= rules.within_days)
where exists (select 1 from source_states where canonical_object = 'usage_events' and is_connected)
group by signed.onboarding_id, rules.milestone_name;

-- Every milestone of an onboarding once: declared, or observed, and then what was observed counts.
create table reached as
select
    signed.onboarding_id,
    signed.segment,
    name_of(milestones.name) as name,
    coalesce(milestones.is_first_value, false) as is_flagged,
    case
        when observed.onboarding_id is not null then observed.reached_on
        when milestones.achieved_on <= parameters.as_of then milestones.achieved_on
    end as reached_on
from signed_onboarding as signed
cross join parameters
inner join milestones on signed.onboarding_id = milestones.onboarding_id
left join observed
    on signed.onboarding_id = observed.onboarding_id
    and name_of(milestones.name) = name_of(observed.milestone_name)
    and milestones.kind = 'value'
union all
select signed.onboarding_id, signed.segment, name_of(observed.milestone_name), false, observed.reached_on
from signed_onboarding as signed
inner join observed on signed.onboarding_id = observed.onboarding_id
where not exists (
    select 1 from milestones
    where milestones.onboarding_id = signed.onboarding_id and name_of(milestones.name) = name_of(observed.milestone_name)
);

-- First value is what the onboarding flags; only where it flags nothing, what policy names for its segment.
create table first_value as
select reached.onboarding_id, min(reached.reached_on) as first_value_on
from reached
left join (select onboarding_id, bool_or(is_flagged) as has_flag from reached group by onboarding_id) as flags
    on reached.onboarding_id = flags.onboarding_id
where
    case
        when flags.has_flag then reached.is_flagged
        else exists (
            select 1 from value_milestones as policy
            where
                policy.is_first_value
                and policy.segment = reached.segment
                and name_of(policy.milestone_name) = reached.name
        )
    end
group by reached.onboarding_id;

-- Days on hold, each once however many holds cover it; the day of signature is none.
create table held_day as
select distinct signed.onboarding_id, cast(days.day as date) as day
from signed_onboarding as signed
cross join parameters
inner join holds on signed.onboarding_id = holds.onboarding_id,
lateral (
    select unnest(generate_series(
        greatest(holds.from_on, signed.contract_signed_on + 1),
        least(coalesce(holds.to_on, parameters.as_of), parameters.as_of),
        interval 1 day
    )) as day
) as days;

create table recomputed.fct_onboarding as
with held as (
    select
        signed.onboarding_id,
        count(held_day.day) filter (where held_day.day <= signed.go_live_on) as days_to_live,
        count(held_day.day) filter (where held_day.day <= first_value.first_value_on) as days_to_first_value
    from signed_onboarding as signed
    left join first_value on signed.onboarding_id = first_value.onboarding_id
    left join held_day on signed.onboarding_id = held_day.onboarding_id
    group by signed.onboarding_id
)
select
    signed.onboarding_id,
    signed.account_id,
    signed.contract_signed_on,
    signed.kickoff_on,
    signed.go_live_on,
    first_value.first_value_on,
    signed.configuration,
    year(signed.contract_signed_on) || '-Q' || quarter(signed.contract_signed_on) as signed_quarter,
    signed.kickoff_on - signed.contract_signed_on as days_to_kickoff,
    signed.go_live_on - signed.contract_signed_on as days_to_live,
    signed.go_live_on - signed.contract_signed_on - held.days_to_live as days_to_live_net_of_hold,
    first_value.first_value_on - signed.contract_signed_on as days_to_first_value,
    first_value.first_value_on - signed.contract_signed_on - held.days_to_first_value as days_to_first_value_net_of_hold,
    first_value.first_value_on - signed.go_live_on as days_live_to_first_value,
    signed.contract_signed_on + signed.target_days <= parameters.as_of as is_first_value_due,
    case
        when first_value.first_value_on is not null
            then first_value.first_value_on - signed.contract_signed_on <= signed.target_days
        when signed.contract_signed_on + signed.target_days <= parameters.as_of then false
    end as is_first_value_on_target,
    signed.book_id
from signed_onboarding as signed
cross join parameters
inner join held on signed.onboarding_id = held.onboarding_id
left join first_value on signed.onboarding_id = first_value.onboarding_id;

-- The cohort of a month-end: signed in the twelve months to it, with what was known on it.
create table recomputed.fct_onboarding_cohort_month as
select
    key_of([signed.onboarding_id, cast(months.day as varchar)]) as onboarding_cohort_month_id,
    signed.onboarding_id,
    signed.account_id,
    months.day as month_end,
    least(months.day, first_value.first_value_on, signed.left_on) - signed.contract_signed_on as observed_days,
    coalesce(
        first_value.first_value_on <= months.day
        and first_value.first_value_on <= coalesce(signed.left_on, date '9999-12-31'),
        false
    ) as has_first_value,
    coalesce(
        signed.left_on <= months.day and coalesce(first_value.first_value_on, date '9999-12-31') > signed.left_on, false
    ) as is_churned_before_value,
    year(signed.contract_signed_on) || '-Q' || quarter(signed.contract_signed_on) as signed_quarter,
    signed.book_id
from (
    select cast(last_day(cast(month as date)) as date) as day
    from (
        select unnest(generate_series(
            greatest(date_trunc('month', question.first_day), date_trunc('month', (select min(first_day) from own_line))),
            date_trunc('month', least(question.last_day, parameters.last_closed_month_end)),
            interval 1 month
        )) as month
        from question, parameters
    )
) as months
inner join signed_onboarding as signed
    on signed.contract_signed_on <= months.day
    and signed.contract_signed_on > last_day(months.day - interval 12 month)
left join first_value on signed.onboarding_id = first_value.onboarding_id;
