-- ARR of each account at each month-end from its first; ordered, so that a browser reads only its account's part.
select
    fct_arr_snapshot.account_id,
    strftime(fct_arr_snapshot.month_end, '%Y-%m-01') as month,
    strftime(fct_arr_snapshot.month_end, '%b %Y') as month_label,
    cast(fct_arr_snapshot.arr as double) as arr
from (select 1 as one) as always_one_row
left join marts.fct_arr_snapshot as fct_arr_snapshot on true
order by fct_arr_snapshot.account_id, fct_arr_snapshot.month_end
