-- The last complete quarter of the chosen slice, all kinds together: one row.
select
    slice, quarter, quarter_label, kind, handoffs, complete_handoffs, handoff_completeness, handoffs_due, handoff_on_time_rate, missing_handoffs, median_handoff_days_from_due,
    handoff_completeness_12m_ago, handoff_completeness_change_12m, handoff_on_time_rate_12m_ago, handoff_on_time_rate_change_12m,
    missing_handoffs_12m_ago, missing_handoffs_change_12m, median_handoff_days_from_due_12m_ago, median_handoff_days_from_due_change_12m
from postsale.handoffs
where
    kind = 'All'
    and slice = '${inputs.slice.value}'
    and is_complete
order by quarter desc
limit 1
