-- The share that has reached first value by each day since the signature, at the last closed month, by one attribute.
select
    cube_first_value_curve.dimension,
    cube_first_value_curve.dimension_value,
    cast(cube_first_value_curve.days_since_signature as double) as days_since_signature,
    cast(cube_first_value_curve.signed_onboardings as double) as signed_onboardings,
    cast(cube_first_value_curve.observed_onboardings as double) as observed_onboardings,
    cast(cube_first_value_curve.arrived_onboardings as double) as arrived_onboardings,
    cast(cube_first_value_curve.arrived_share as double) as arrived_share
from (select 1 as one) as always_one_row
left join metrics.build as build on true
left join marts.cube_first_value_curve as cube_first_value_curve
    on
        build.last_closed_month_end = cube_first_value_curve.month_end
        and cube_first_value_curve.dimension in ('segment', 'csm', 'team', 'region', 'product')
