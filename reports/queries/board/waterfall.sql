-- The last complete calendar quarter of the chosen slice: one row.
select
    quarter, quarter_label, opening_arr, new_arr, expansion_arr, reactivation_arr,
    contraction_arr, churned_arr, transferred_arr, arr
from postsale.arr_movements
where
    slice = '${inputs.slice.value}'
    and is_complete
order by quarter desc
limit 1
