-- The last 12 complete quarters of the chosen kind and slice.
select quarter, quarter_label, kind, handoffs, complete_handoffs, handoff_completeness, handoffs_due, handoff_on_time_rate, missing_handoffs, median_handoff_days_from_due
from (
    select quarter, quarter_label, kind, handoffs, complete_handoffs, handoff_completeness, handoffs_due, handoff_on_time_rate, missing_handoffs, median_handoff_days_from_due
    from postsale.handoffs
    where
        kind = '${inputs.kind.value}'
        and slice = '${inputs.slice.value}'
        and is_complete
    order by quarter desc
    limit 12
)
order by quarter
