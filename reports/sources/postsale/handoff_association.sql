-- What the first handoff of an onboarding is associated with, within the segment.
select
    cube_handoff_association.kind,
    cube_handoff_association.segment,
    cube_handoff_association.completeness_band,
    cube_handoff_association.is_small_slice,
    cast(cube_handoff_association.onboardings as double) as onboardings,
    cast(cube_handoff_association.accounts as double) as accounts,
    cast(cube_handoff_association.arrived_onboardings as double) as arrived_onboardings,
    cast(cube_handoff_association.median_days_to_first_value as double) as median_days_to_first_value,
    cast(cube_handoff_association.due_90d_onboardings as double) as due_90d_onboardings,
    cast(cube_handoff_association.retained_90d_share as double) as retained_90d_share,
    cast(cube_handoff_association.due_12m_onboardings as double) as due_12m_onboardings,
    cast(cube_handoff_association.retained_12m_share as double) as retained_12m_share,
    cast(cube_handoff_association.median_days_against_segment as double) as median_days_against_segment
from (select 1 as one) as always_one_row
left join marts.cube_handoff_association as cube_handoff_association on true
