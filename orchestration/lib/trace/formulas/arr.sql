-- ARR on month-ends, its movements, and retention over windows of 1, 3 and 12 months.
--
-- Reads: parameters, line, question (first_day, last_day: the period that is asked for), key_of.
-- Makes: recomputed.fct_arr_snapshot, fct_arr_line_snapshot, fct_arr_movement, fct_arr_window; anchors.

-- Closed month-ends, from the month of the first contract on.
create table month_end as
select cast(last_day(cast(month as date)) as date) as day, row_number() over (order by month) as number
from (
    select unnest(generate_series(
        date_trunc('month', (select min(first_day) from own_line)),
        date_trunc('month', last_closed_month_end),
        interval 1 month
    )) as month
    from parameters
);

-- An account has ARR on a day when a line of it serves on that day, also when the line only bridges a late renewal.
create table arr_on as
select
    accounts.revenue_account_id as account_id,
    month_end.day,
    month_end.number,
    cast(coalesce(sum(line.arr), 0) as decimal(28, 6)) as arr,
    cast(coalesce(sum(line.arr) filter (where line.is_in_grace), 0) as decimal(28, 6)) as in_grace_arr
from (select distinct revenue_account_id from line) as accounts
cross join month_end
left join line
    on accounts.revenue_account_id = line.revenue_account_id
    and month_end.day between line.first_day and line.last_day
group by accounts.revenue_account_id, month_end.day, month_end.number;

-- What happened in a month. Coming back is tested before growth: a customer who returns did not expand.
create table movement as
select
    now.account_id,
    now.day,
    now.number,
    now.arr,
    now.in_grace_arr,
    coalesce(before.arr, 0) as previous_arr,
    case
        when now.arr = coalesce(before.arr, 0) then null
        when coalesce(before.arr, 0) > 0 and now.arr = 0 then 'churn'
        when coalesce(before.arr, 0) > 0 and now.arr > before.arr then 'expansion'
        when coalesce(before.arr, 0) > 0 then 'contraction'
        when exists (
            select 1 from arr_on as ever
            where ever.account_id = now.account_id and ever.number < now.number and ever.arr > 0
        ) then 'reactivation'
        else 'new'
    end as kind
from arr_on as now
left join arr_on as before on now.account_id = before.account_id and now.number = before.number + 1;

-- A month's opening stands where the customer stood when the month began; a new one on its first day of service.
create table opening as
select
    movement.*,
    case
        when movement.kind = 'new' then first_service.day
        else last_day(movement.day - interval 1 month)
    end as anchored_on
from movement
inner join question on movement.day between question.first_day and question.last_day
left join (select revenue_account_id, min(first_day) as day from line where arr > 0 group by revenue_account_id) as first_service
    on movement.account_id = first_service.revenue_account_id;

create table recomputed.fct_arr_snapshot as
select
    key_of([account_id, cast(day as varchar)]) as arr_snapshot_id,
    account_id,
    day as month_end,
    arr,
    cast(previous_arr as decimal(28, 6)) as previous_arr,
    in_grace_arr,
    arr > 0 as is_customer,
    account_id || '@' || day as book_id,
    account_id || '@' || anchored_on as opening_book_id
from opening;

create table recomputed.fct_arr_movement as
select
    key_of([account_id, cast(day as varchar)]) as arr_movement_id,
    account_id,
    day as month_end,
    kind as movement_type,
    cast(abs(arr - previous_arr) as decimal(28, 6)) as amount,
    cast(arr - previous_arr as decimal(28, 6)) as signed_amount,
    account_id || '@' || anchored_on as book_id
from opening
where kind is not null;

create table recomputed.fct_arr_line_snapshot as
select
    key_of([held.account_id, held.product, cast(month_end.day as varchar)]) as arr_line_snapshot_id,
    held.account_id,
    month_end.day as month_end,
    held.product as line_product,
    cast(coalesce(sum(line.arr), 0) as decimal(28, 6)) as arr,
    held.account_id || '@' || month_end.day as book_id
from (select distinct revenue_account_id as account_id, product from line) as held
cross join month_end
inner join question on month_end.day between question.first_day and question.last_day
left join line
    on held.account_id = line.revenue_account_id
    and held.product = line.product
    and month_end.day between line.first_day and line.last_day
group by held.account_id, held.product, month_end.day;

-- What moves from one slice to another without any movement: an account's ARR leaves where the account stood when the month
-- began and enters where it stands when it ends.
create table recomputed.fct_arr_transfer as
select
    key_of([account_id, cast(day as varchar), side]) as arr_transfer_id,
    account_id,
    day as month_end,
    side,
    case when side = 'in' then arr else -arr end as amount,
    account_id || '@' || case when side = 'in' then day else anchored_on end as book_id
from opening
cross join (values ('in'), ('out')) as sides (side)
where arr > 0;

-- The cohort of a window: customers on the month-end at its start. What they pay on the one at its end, and what they paid
-- least on any month-end between, both ends included. Who was gone in between and came back has lapsed.
create table retention_window as
select
    ends.account_id,
    ends.day as month_end,
    windows.months as window_months,
    cast(last_day(ends.day - to_months(windows.months)) as date) as window_start,
    starts.arr as base_arr,
    ends.arr as current_arr,
    (
        select min(arr) from arr_on as between_them
        where between_them.account_id = ends.account_id and between_them.number between starts.number and ends.number
    ) as running_min_arr,
    ends.arr > 0 and exists (
        select 1 from arr_on as between_them
        where
            between_them.account_id = ends.account_id
            and between_them.number > starts.number
            and between_them.number < ends.number
            and between_them.arr = 0
    ) as is_lapsed,
    coalesce((
        select sum(movement.arr - movement.previous_arr) from movement
        where
            movement.account_id = ends.account_id
            and movement.number > starts.number
            and movement.number <= ends.number
            and movement.kind in ('expansion', 'contraction', 'churn')
    ), 0) as flow
from arr_on as ends
cross join (values (1), (3), (12)) as windows (months)
inner join arr_on as starts on ends.account_id = starts.account_id and starts.number = ends.number - windows.months
cross join question
where starts.arr > 0 and ends.day between question.first_day and question.last_day;

create table recomputed.fct_arr_window as
select
    key_of([account_id, cast(month_end as varchar), cast(window_months as varchar)]) as arr_window_id,
    account_id,
    month_end,
    window_months,
    base_arr,
    current_arr,
    least(base_arr, current_arr) as retained_arr,
    running_min_arr,
    case when is_lapsed then 0 else current_arr end as current_arr_excluding_reactivated,
    cast(base_arr + flow as decimal(28, 6)) as flow_arr,
    greatest(current_arr - base_arr, 0) as expansion_arr,
    case when current_arr = 0 then base_arr else 0 end as churned_arr,
    1 as base_accounts,
    case when current_arr = 0 then 1 else 0 end as churned_accounts,
    account_id || '@' || window_start as book_id
from retention_window;

create table anchors as
select account_id, day from opening
union
select account_id, anchored_on from opening
union
select account_id, window_start from retention_window;

create table mentioned (email varchar);
