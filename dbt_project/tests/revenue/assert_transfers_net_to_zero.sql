-- Catches a transfer that creates or destroys ARR: what leaves one period of an account enters another, per
-- account and month.
select
    account_id,
    month_end,
    sum(amount) as net_amount
from {{ ref('fct_arr_transfer') }}
group by account_id, month_end
having sum(amount) <> 0 or count(*) <> 2
