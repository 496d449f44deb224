-- Bands of one kind and segment beside each other.
select
    handoff_association.kind, handoff_association.segment, handoff_association.completeness_band, handoff_association.is_small_slice,
    handoff_association.onboardings, handoff_association.accounts, handoff_association.arrived_onboardings,
    handoff_association.median_days_to_first_value, handoff_association.median_days_against_segment,
    handoff_association.due_90d_onboardings, handoff_association.retained_90d_share,
    handoff_association.due_12m_onboardings, handoff_association.retained_12m_share
from postsale.handoff_association as handoff_association
left join postsale.segments as segments on handoff_association.segment = segments.segment
where
    handoff_association.kind is not null
    and ('${inputs.kind.value}' = 'All' or handoff_association.kind = '${inputs.kind.value}')
    and ('${inputs.segment.value}' = 'All' or handoff_association.segment = '${inputs.segment.value}')
order by
    case handoff_association.kind when 'sales_to_onboarding' then 1 when 'implementation_to_success' then 2 else 3 end,
    segments.sort_order,
    case handoff_association.completeness_band when 'high' then 1 when 'medium' then 2 when 'low' then 3 when 'missing' then 4 else 5 end
