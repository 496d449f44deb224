-- Accounts: what was known of each on a day, and which account carries the revenue of which.
--
-- Reads: parameters (one row: the clocks and scalar policy of the build), account_versions.

-- A version counts from the day on which the source changed it. A version from after `as_of` is not seen, unless the
-- account has no other. Where only the delivery dates a version, one that arrived after `as_of` corrects the newest
-- version of before `as_of` and counts from its day.
create table account_history as
select
    versions.*,
    parameters.attribute_history,
    case when versions.valid_from <= parameters.as_of then 2 when versions.is_dated_by_delivery then 3 else 1 end as standing,
    case
        when versions.valid_from <= parameters.as_of then versions.valid_from
        else coalesce(
            max(versions.valid_from) filter (where versions.valid_from <= parameters.as_of)
                over (partition by versions.account_id),
            date '1900-01-01'
        )
    end as counts_from
from account_versions as versions, parameters
qualify standing > 1 or max(standing) over (partition by versions.account_id) = 1;

-- The version that counts on a day. Before the first one the first one applies; policy `latest` lets the newest one
-- stand for all time.
create macro account_on(days) as table
select history.*, asked.day
from query_table(days) as asked
inner join account_history as history on asked.account_id = history.account_id
qualify row_number() over (
    partition by asked.account_id, asked.day
    order by
        case when history.standing = 1 then history.valid_from end,
        case when history.attribute_history = 'latest' or history.counts_from <= asked.day then 0 else 1 end,
        case when history.attribute_history = 'latest' or history.counts_from <= asked.day then history.counts_from end desc,
        history.counts_from,
        history.standing desc,
        history.valid_from desc,
        history.version_number desc
) = 1;

-- Revenue rolls up to the ultimate parent by the newest hierarchy, or stays where it is: policy `account_grain`. A parent
-- that is no account makes the child its own top.
create table all_days as select distinct account_id, date '9999-12-31' as day from account_history;

create table family as
with recursive newest as (
    select states.account_id, parents.account_id as parent_account_id
    from account_on('all_days') as states
    left join (select distinct account_id from account_history) as parents
        on states.parent_account_id = parents.account_id
),
climb as (
    select account_id, account_id as top, parent_account_id as next_up, 0 as steps from newest
    union all
    select climb.account_id, newest.account_id, newest.parent_account_id, climb.steps + 1
    from climb
    inner join newest on climb.next_up = newest.account_id
    where climb.steps < 100
)
select
    climb.account_id,
    case when parameters.account_grain = 'account' then climb.account_id else arg_max(climb.top, climb.steps) end
        as revenue_account_id
from climb, parameters
group by climb.account_id, parameters.account_grain;
