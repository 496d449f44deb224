-- Where time goes: each entry's hours, by what policy says of its activity and what the person was on the day.
--
-- Reads: parameters, question, entry, activities, family, onboardings, person_on, staff.
-- Makes: recomputed.fct_time_entry.

create table worked as select distinct person_email as email, spent_on as day from entry where person_email is not null;

create table recomputed.fct_time_entry as
select
    entry.time_entry_id,
    family.account_id,
    entry.spent_on,
    cast(entry.hours as decimal(18, 4)) as hours,
    entry.activity,
    -- what policy does not list is shown as such, and never dropped
    coalesce(policy.category, 'unclassified') as category,
    coalesce(staff.name, 'unknown') as person,
    coalesce(people_then.function, 'unknown') as function,
    coalesce(people_then.team, 'unassigned') as team,
    coalesce(entry.spent_on > live.go_live_on, false) as is_post_live,
    family.account_id || '@' || entry.spent_on as book_id
from entry
left join family on entry.account_id = family.account_id
left join (
    select lower(nullif(trim(activity), '')) as activity, min(category) as category from activities group by 1
) as policy on lower(nullif(trim(entry.activity), '')) = policy.activity
left join person_on('worked') as people_then
    on entry.person_email = people_then.email and entry.spent_on = people_then.day
left join staff on entry.person_email = staff.email
left join (
    select onboardings.account_id, min(onboardings.go_live_on) as go_live_on
    from onboardings, parameters
    where onboardings.contract_signed_on <= parameters.as_of and onboardings.go_live_on <= parameters.as_of
    group by onboardings.account_id
) as live on entry.account_id = live.account_id;
