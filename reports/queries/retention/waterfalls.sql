-- The last complete quarter: one row per segment, or the one of a team, region, product or operating model.
select
    arr_movements.slice, arr_movements.segment, arr_movements.quarter_label, arr_movements.opening_arr, arr_movements.new_arr, arr_movements.expansion_arr,
    arr_movements.reactivation_arr, arr_movements.contraction_arr, arr_movements.churned_arr, arr_movements.transferred_arr, arr_movements.arr
from postsale.arr_movements as arr_movements
left join postsale.segments as segments on arr_movements.segment = segments.segment
where
    (
        (
            '${inputs.other.value}' = 'All'
            and arr_movements.segment <> 'All'
            and ('${inputs.segment.value}' = 'All' or arr_movements.segment = '${inputs.segment.value}')
            and arr_movements.csm = '${inputs.csm.value}'
        )
        or ('${inputs.other.value}' <> 'All' and arr_movements.slice = '${inputs.other.value}')
    )
    and arr_movements.quarter = (select quarter from postsale.arr_movements where is_complete order by quarter desc limit 1)
order by segments.sort_order, arr_movements.segment
