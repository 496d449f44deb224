-- One curve per segment against its target.
select
    first_value_curve.dimension_value as segment, first_value_curve.days_since_signature, first_value_curve.arrived_share,
    first_value_curve.signed_onboardings, first_value_curve.observed_onboardings, segments.target_days
from postsale.first_value_curve as first_value_curve
left join postsale.segments as segments on first_value_curve.dimension_value = segments.segment
where
    first_value_curve.dimension = 'segment'
    and ('${inputs.segment.value}' = 'All' or first_value_curve.dimension_value = '${inputs.segment.value}')
order by segments.sort_order, first_value_curve.dimension_value, first_value_curve.days_since_signature
