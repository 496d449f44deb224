-- Expansion ARR by quarter, driver, motion and slice; parts are signed.
select
    strftime(expansion_quarterly.metric_time, '%Y-%m-01') as quarter,
    format('Q{} {}', quarter(expansion_quarterly.metric_time), year(expansion_quarterly.metric_time)) as quarter_label,
    expansion_quarterly.driver,
    expansion_quarterly.motion,
    expansion_quarterly.slice,
    cast(expansion_quarterly.expansion_arr_by_driver as double) as expansion_arr_by_driver,
    cast(expansion_quarterly.contraction_arr_by_driver as double) as contraction_arr_by_driver,
    expansion_quarterly.is_complete
from (select 1 as one) as always_one_row
left join metrics.expansion_quarterly as expansion_quarterly on true
