-- The last 12 complete quarters of the chosen slice.
select quarter, quarter_label, new_arr, expansion_arr, reactivation_arr, contraction_arr, churned_arr, arr
from (
    select quarter, quarter_label, new_arr, expansion_arr, reactivation_arr, contraction_arr, churned_arr, arr
    from postsale.arr_movements
    where
        slice = '${inputs.slice.value}'
        and is_complete
    order by quarter desc
    limit 12
)
order by quarter
