-- The last complete quarter, one row per kind of handoff.
select quarter, quarter_label, kind, handoffs, complete_handoffs, handoff_completeness, handoffs_due, handoff_on_time_rate, missing_handoffs, median_handoff_days_from_due
from postsale.handoffs
where
    kind not in ('All', 'none')
    and slice = '${inputs.slice.value}'
    and quarter = (select quarter from postsale.handoffs where is_complete order by quarter desc limit 1)
order by case kind when 'sales_to_onboarding' then 1 when 'implementation_to_success' then 2 else 3 end
