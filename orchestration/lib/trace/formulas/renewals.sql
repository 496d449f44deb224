-- Renewals: what fell due, and whether it was renewed.
--
-- Reads: parameters, question, subscriptions, opportunities, family, own_line.
-- Makes: recomputed.fct_renewal, anchors (revenue account and due date), mentioned.

create table term as
select
    own_line.subscription_id,
    own_line.account_id,
    own_line.revenue_account_id,
    own_line.product,
    own_line.opportunity_id,
    own_line.first_day,
    own_line.last_day,
    own_line.agreed_last_day,
    own_line.last_day + 1 as due_on,
    coalesce(own_line.is_terminated, false) as is_terminated,
    own_line.arr
from own_line
where own_line.arr > 0;

create table deal as
select
    opportunities.opportunity_id,
    opportunities.account_id,
    opportunities.type,
    opportunities.is_won,
    opportunities.expected_close_on,
    case when opportunities.closed_on <= parameters.as_of then opportunities.closed_on end as closed_on,
    (select min(term.first_day) from term where term.opportunity_id = opportunities.opportunity_id) as starts_on,
    coalesce(opportunities.created_on, parameters.as_of) <= parameters.as_of as is_seen
from opportunities, parameters;

-- Lines that another one takes over from are not due: the next step of the same deal, or a line that starts by the day
-- after and was not sold as a renewal. At the end of its term a line gives way only to a product that does not end on the
-- same day, and only when it has no renewal of its own.
create table taken_over as
select distinct ending.subscription_id
from term as ending
cross join parameters
inner join (
    select subscription_id, account_id, product, opportunity_id, first_day, true as is_seen from term
    union all
    select subscriptions.subscription_id, subscriptions.account_id, null, subscriptions.opportunity_id,
        subscriptions.start_date, false
    from subscriptions, parameters
    where subscriptions.start_date > parameters.as_of and subscriptions.opportunity_id is not null
) as next_line
    on ending.account_id = next_line.account_id
    and ending.subscription_id <> next_line.subscription_id
    and next_line.first_day > ending.first_day
    and next_line.first_day between ending.last_day and ending.due_on
where
    ending.agreed_last_day is not null
    and (
        ending.opportunity_id = next_line.opportunity_id
        or (
            next_line.is_seen
            and not exists (
                select 1 from deal where deal.opportunity_id = next_line.opportunity_id and deal.type = 'renewal'
            )
            and (
                ending.last_day < ending.agreed_last_day
                or not (
                    exists (
                        select 1 from term as ends_too
                        where
                            ends_too.agreed_last_day is not null
                            and ends_too.account_id = ending.account_id
                            and ends_too.due_on = ending.due_on
                            and ends_too.product = next_line.product
                    )
                    or exists (
                        select 1 from term as own_renewal
                        where
                            own_renewal.account_id = ending.account_id
                            and own_renewal.product = ending.product
                            and own_renewal.subscription_id <> ending.subscription_id
                            and own_renewal.first_day > ending.first_day
                            and own_renewal.first_day - ending.due_on
                            between -parameters.renewal_match_days and parameters.renewal_grace_days
                            and own_renewal.last_day >= ending.due_on
                    )
                    or exists (
                        select 1 from deal
                        where
                            deal.account_id = ending.account_id
                            and deal.type = 'renewal'
                            and deal.is_seen
                            and coalesce(deal.closed_on, deal.expected_close_on) - ending.due_on
                            between -parameters.renewal_match_days and parameters.renewal_grace_days
                    )
                )
            )
        )
    );

create table due_line as
select * from term
where agreed_last_day is not null and subscription_id not in (select subscription_id from taken_over);

-- One renewal per account and day; the term that counts is the longest that ends on it.
create table due as
select
    due_line.account_id,
    due_line.revenue_account_id,
    due_line.due_on,
    bool_and(due_line.is_terminated) as is_terminated,
    cast(sum(due_line.arr) as decimal(28, 6)) as due_arr
from due_line, parameters
group by due_line.account_id, due_line.revenue_account_id, due_line.due_on, parameters.renewal_minimum_term_days
having max(due_line.agreed_last_day - due_line.first_day + 1) >= parameters.renewal_minimum_term_days;

-- A renewal deal belongs to the nearest due date: nearest to where its lines start, else to where it was closed, or is
-- expected to close.
create table due_deal as
select deal.account_id, deal.opportunity_id, deal.starts_on, due.due_on,
    case when deal.closed_on is null then 'open' when deal.is_won then 'won' else 'lost' end as state
from deal
cross join parameters
inner join due
    on deal.account_id = due.account_id
    and coalesce(deal.starts_on, deal.closed_on, deal.expected_close_on) - due.due_on
    between -parameters.renewal_match_days and parameters.renewal_grace_days
where deal.type = 'renewal' and deal.is_seen
qualify row_number() over (
    partition by deal.opportunity_id
    order by abs(coalesce(deal.starts_on, deal.closed_on, deal.expected_close_on) - due.due_on), due.due_on
) = 1;

-- What renews: lines of the deal; without any, lines of a product that is due and were not sold as an expansion; and where
-- a deal was won that names no line, lines that name no deal. A line renews one due date, the nearest of the best kind.
create table renewing as
with candidates as (
    select
        term.subscription_id,
        due.account_id,
        due.due_on,
        term.first_day,
        term.arr,
        case
            when due_deal.due_on = due.due_on then 1
            when due_deal.due_on is not null then null
            when exists (
                select 1 from due_line
                where
                    due_line.account_id = due.account_id
                    and due_line.due_on = due.due_on
                    and due_line.product = term.product
            ) and not exists (
                select 1 from deal where deal.opportunity_id = term.opportunity_id and deal.type = 'expansion'
            ) then 2
            when term.opportunity_id is null and exists (
                select 1 from due_deal as bare
                where
                    bare.account_id = due.account_id
                    and bare.due_on = due.due_on
                    and bare.state = 'won'
                    and bare.starts_on is null
            ) then 3
        end as kind
    from term
    cross join parameters
    inner join due
        on term.account_id = due.account_id
        and term.last_day >= due.due_on
        and term.first_day - due.due_on between -parameters.renewal_match_days and parameters.renewal_grace_days
    left join due_deal on term.opportunity_id = due_deal.opportunity_id and term.account_id = due_deal.account_id
),
nearest as (
    select * from candidates
    where kind is not null
    qualify row_number() over (partition by subscription_id order by kind, abs(due_on - first_day), due_on) = 1
)
select * from nearest
qualify kind = 1 or min(kind) over (partition by account_id, due_on) > 1;

create table renewed as
select account_id, due_on, min(first_day) as renewed_from, sum(arr) as arr from renewing group by account_id, due_on;

create table judged as
select
    due.*,
    coalesce(renewed.arr, 0) as successor_arr,
    case
        when due.due_on > parameters.as_of then 'pending'
        when renewed.renewed_from <= due.due_on then 'renewed_on_time'
        when due.is_terminated then 'lost'
        when exists (
            select 1 from deal
            where
                deal.account_id = due.account_id
                and deal.type = 'renewal'
                and not deal.is_won
                and deal.closed_on is not null
                and (
                    deal.closed_on between due.due_on - 91 and coalesce(renewed.renewed_from, parameters.as_of)
                    or deal.expected_close_on between due.due_on - 91 and coalesce(renewed.renewed_from, parameters.as_of)
                )
        ) then 'lost'
        when renewed.renewed_from is not null then 'renewed_late'
        when parameters.as_of - due.due_on < parameters.renewal_grace_days then 'pending'
        else 'lost'
    end as outcome
from due
cross join parameters
left join renewed on due.account_id = renewed.account_id and due.due_on = renewed.due_on;

create table recomputed.fct_renewal as
select
    key_of([judged.account_id, cast(judged.due_on as varchar)]) as renewal_id,
    judged.account_id,
    judged.due_on,
    judged.outcome,
    judged.outcome <> 'pending' as is_decided,
    judged.outcome in ('renewed_on_time', 'renewed_late') as is_renewed,
    judged.due_arr,
    cast(worth.renewed_arr as decimal(28, 6)) as renewed_arr,
    cast(least(worth.renewed_arr, judged.due_arr + worth.renewed_arr * 0) as decimal(28, 6)) as kept_arr,
    cast(greatest(worth.renewed_arr - judged.due_arr, worth.renewed_arr * 0) as decimal(28, 6)) as uplift_arr,
    cast(case
        when judged.outcome = 'lost' then 0
        when judged.outcome <> 'pending' then greatest(judged.due_arr - worth.renewed_arr, 0)
    end as decimal(28, 6)) as downsell_arr,
    cast(case when judged.outcome = 'lost' then judged.due_arr when judged.outcome <> 'pending' then 0 end
        as decimal(28, 6)) as lost_arr,
    judged.revenue_account_id || '@' || judged.due_on as book_id
from judged
inner join question on judged.due_on between question.first_day and question.last_day,
lateral (
    select case when outcome in ('renewed_on_time', 'renewed_late') then successor_arr when outcome = 'lost' then 0 end
        as renewed_arr
) as worth;

create table anchors as
select distinct judged.revenue_account_id as account_id, judged.due_on as day
from judged, question
where judged.due_on between question.first_day and question.last_day;

create table mentioned (email varchar);
