-- One curve per segment against its target, or the one of a CSM, team, region or product.
select
    first_value_curve.dimension_value as slice_value, first_value_curve.days_since_signature, first_value_curve.arrived_share,
    first_value_curve.signed_onboardings, first_value_curve.observed_onboardings, segments.target_days
from postsale.first_value_curve as first_value_curve
left join postsale.segments as segments
    on first_value_curve.dimension = 'segment' and first_value_curve.dimension_value = segments.segment
where
    (first_value_curve.dimension = 'segment' and first_value_curve.dimension_value = '${inputs.segment.value}')
    or (first_value_curve.dimension = 'segment' and '${inputs.slice.value}' = 'All')
    or (
        first_value_curve.dimension = 'csm'
        and first_value_curve.dimension_value = '${inputs.csm.value}'
        and '${inputs.segment.value}' = 'All'
    )
    or (first_value_curve.dimension = 'team' and first_value_curve.dimension_value = '${inputs.team.value}')
    or (first_value_curve.dimension = 'region' and first_value_curve.dimension_value = '${inputs.region.value}')
    or (first_value_curve.dimension = 'product' and first_value_curve.dimension_value = '${inputs.product.value}')
order by segments.sort_order, first_value_curve.dimension_value, first_value_curve.days_since_signature
