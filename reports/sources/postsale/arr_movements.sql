-- ARR movements by calendar quarter, segment and CSM.
select
    strftime(arr_movements_quarterly.metric_time, '%Y-%m-01') as quarter,
    format('Q{} {}', quarter(arr_movements_quarterly.metric_time), year(arr_movements_quarterly.metric_time)) as quarter_label,
    arr_movements_quarterly.slice,
    arr_movements_quarterly.segment,
    arr_movements_quarterly.csm,
    cast(arr_movements_quarterly.opening_arr as double) as opening_arr,
    cast(arr_movements_quarterly.new_arr as double) as new_arr,
    cast(arr_movements_quarterly.expansion_arr as double) as expansion_arr,
    cast(arr_movements_quarterly.contraction_arr as double) as contraction_arr,
    cast(arr_movements_quarterly.churned_arr as double) as churned_arr,
    cast(arr_movements_quarterly.reactivation_arr as double) as reactivation_arr,
    cast(arr_movements_quarterly.transferred_arr as double) as transferred_arr,
    cast(arr_movements_quarterly.arr as double) as arr,
    arr_movements_quarterly.is_complete
from (select 1 as one) as always_one_row
left join metrics.arr_movements_quarterly as arr_movements_quarterly on true
