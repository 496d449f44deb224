-- What the customers that signed in one quarter still are and still pay, by quarters since their start.
select
    cube_cohort_retention.dimension,
    cube_cohort_retention.dimension_value,
    cube_cohort_retention.signed_quarter,
    cast(cube_cohort_retention.quarters_since_start as double) as quarters_since_start,
    cast(cube_cohort_retention.customers as double) as customers,
    cast(cube_cohort_retention.kept_customers as double) as kept_customers,
    cast(cube_cohort_retention.base_arr as double) as base_arr,
    cast(cube_cohort_retention.current_arr as double) as current_arr,
    cast(cube_cohort_retention.logo_retention_share as double) as logo_retention_share,
    cast(cube_cohort_retention.arr_retention_share as double) as arr_retention_share
from (select 1 as one) as always_one_row
left join marts.cube_cohort_retention as cube_cohort_retention on true
