-- The product of twelve one-month net retentions, each with its own cohort and its own slice.
--
-- Reads: recomputed.fct_arr_window (the twelve months to the period's end), recomputed.dim_account_history, question.

create table one_month as
select slices.dimension, slices.dimension_value, windows.month_end, sum(windows.base_arr) as base_arr, sum(windows.current_arr) as current_arr
from recomputed.fct_arr_window as windows
inner join recomputed.dim_account_history as books on windows.book_id = books.book_id,
lateral (
    values
        ('total', 'all'), ('segment', books.segment), ('csm', books.csm), ('team', books.team), ('industry', books.industry),
        ('region', books.region), ('product', books.product), ('signed_quarter', books.signed_quarter)
) as slices (dimension, dimension_value)
where windows.window_months = 1
group by all;

create table recomputed.cube_nrr_compounded as
select
    asked.day as month_end,
    one_month.dimension,
    one_month.dimension_value,
    case
        when count(*) = 12
            then product(cast(one_month.current_arr as double) / cast(one_month.base_arr as double))
    end as nrr_monthly_compounded
from (select max(month_end) as day from one_month) as asked
inner join one_month on one_month.month_end > last_day(asked.day - interval 12 month)
group by all;
