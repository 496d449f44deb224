-- Each field of the chosen kind in the last complete quarter.
select handoff_field, quarter_label, handoff_field_completeness, handoff_field_slots
from postsale.handoff_fields
where
    handoff_field not in ('All', 'none')
    and kind = '${inputs.kind.value}'
    and slice = '${inputs.slice.value}'
    and handoff_field_slots > 0
    and quarter = (select quarter from postsale.handoffs where is_complete order by quarter desc limit 1)
order by handoff_field_completeness desc, handoff_field
