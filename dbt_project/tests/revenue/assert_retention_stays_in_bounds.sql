-- Catches retention that flatters: per month, window and segment, strict GRR <= GRR <= the smaller of 1 and NRR,
-- and the cohort without the reactivated never exceeds the cohort. Compared as amounts over the same base.
with windows as (
    select
        windows.month_end,
        windows.window_months,
        books.segment,
        windows.base_arr,
        windows.current_arr,
        windows.retained_arr,
        windows.running_min_arr,
        windows.current_arr_excluding_reactivated
    from {{ ref('fct_arr_window') }} as windows
    inner join {{ ref('dim_account_history') }} as books on windows.book_id = books.book_id
),

final as (
    select
        month_end,
        window_months,
        segment,
        sum(base_arr) as base_arr,
        sum(current_arr) as current_arr,
        sum(retained_arr) as retained_arr,
        sum(running_min_arr) as running_min_arr,
        sum(current_arr_excluding_reactivated) as current_arr_excluding_reactivated
    from windows
    group by month_end, window_months, segment
)

select
    month_end,
    window_months,
    segment,
    base_arr,
    current_arr,
    retained_arr,
    running_min_arr
from final
where
    retained_arr > base_arr
    or retained_arr > current_arr
    or running_min_arr > retained_arr
    or running_min_arr < 0
    or current_arr_excluding_reactivated > current_arr
