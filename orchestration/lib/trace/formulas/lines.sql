-- Subscription lines: from which day to which each counts, and for how much.
--
-- Reads: parameters, subscriptions, opportunities, fx_rates, family.

-- One rate per currency, that of the fiscal year of `as_of`, for every day: exchange rates never cause a movement.
create table rate as
select currency, cast(rate as decimal(18, 10)) as rate
from fx_rates, parameters
where fiscal_year = fiscal_year_of_as_of and currency <> reporting_currency
union all
select reporting_currency, 1 from parameters;

-- A line is seen when it had begun by `as_of`; a termination from after `as_of` is not. It serves through its last day.
create table own_line as
select
    subscriptions.subscription_id,
    subscriptions.account_id,
    family.revenue_account_id,
    subscriptions.product,
    subscriptions.quantity,
    subscriptions.opportunity_id,
    subscriptions.start_date as first_day,
    subscriptions.end_date as agreed_last_day,
    least(
        coalesce(subscriptions.end_date, date '9999-12-31'),
        case when subscriptions.terminated_on <= parameters.as_of then subscriptions.terminated_on else date '9999-12-31' end
    ) as last_day,
    subscriptions.terminated_on <= parameters.as_of
        and subscriptions.terminated_on <= coalesce(subscriptions.end_date, date '9999-12-31') as is_terminated,
    cast(round(cast(subscriptions.arr as decimal(19, 6)) * rate.rate, 6) as decimal(28, 6)) as arr
from subscriptions
inner join parameters on subscriptions.start_date <= parameters.as_of
inner join family on subscriptions.account_id = family.account_id
left join rate on subscriptions.currency = rate.currency
where subscriptions.start_date <= least(
    coalesce(subscriptions.end_date, date '9999-12-31'),
    case when subscriptions.terminated_on <= parameters.as_of then subscriptions.terminated_on else date '9999-12-31' end
);

-- Days on which an account's service stops: a line ends and none of the account serves on the day after.
create table stop as
select
    ends.account_id,
    ends.last_day,
    min(later.first_day) as resumes_on
from (select distinct account_id, last_day from own_line) as ends
left join own_line as later on ends.account_id = later.account_id and later.first_day > ends.last_day + 1
where not exists (
    select 1 from own_line as serving
    where
        serving.account_id = ends.account_id
        and ends.last_day + 1 between serving.first_day and serving.last_day
)
group by ends.account_id, ends.last_day;

-- A late renewal: a gap of at most the grace period is carried at the ended ARR, up to the next line or, as long as grace
-- runs, up to `as_of`. Never after a termination, and never when a renewal was marked lost around the gap: from 90 days
-- before the last day of service until service resumes (or `as_of`).
create table late_renewal as
select
    stop.account_id,
    stop.last_day,
    coalesce(stop.resumes_on - 1, parameters.as_of) as carried_to,
    stop.resumes_on is null as is_in_grace
from stop, parameters
where
    coalesce(stop.resumes_on - 1, parameters.as_of) - stop.last_day between 1 and parameters.renewal_grace_days
    and not exists (
        select 1 from opportunities
        where
            opportunities.account_id = stop.account_id
            and opportunities.type = 'renewal'
            and not opportunities.is_won
            and opportunities.closed_on <= parameters.as_of
            and (
                opportunities.closed_on between stop.last_day - 90 and coalesce(stop.resumes_on, parameters.as_of)
                or opportunities.expected_close_on between stop.last_day - 90 and coalesce(stop.resumes_on, parameters.as_of)
            )
    );

create table line as
select subscription_id, account_id, revenue_account_id, product, first_day, last_day, arr, false as is_in_grace
from own_line
union all
select
    own_line.subscription_id,
    own_line.account_id,
    own_line.revenue_account_id,
    own_line.product,
    late_renewal.last_day + 1,
    late_renewal.carried_to,
    own_line.arr,
    late_renewal.is_in_grace
from own_line
inner join late_renewal
    on own_line.account_id = late_renewal.account_id
    and own_line.last_day = late_renewal.last_day
where not coalesce(own_line.is_terminated, false);
