-- Completeness and timeliness of handoffs by quarter, kind and slice.
select
    strftime(handoffs_quarterly.metric_time, '%Y-%m-01') as quarter,
    format('Q{} {}', quarter(handoffs_quarterly.metric_time), year(handoffs_quarterly.metric_time)) as quarter_label,
    handoffs_quarterly.kind,
    handoffs_quarterly.slice,
    cast(handoffs_quarterly.handoffs as double) as handoffs,
    cast(handoffs_quarterly.complete_handoffs as double) as complete_handoffs,
    cast(handoffs_quarterly.handoff_completeness as double) as handoff_completeness,
    cast(handoffs_quarterly.handoff_completeness_12m_ago as double) as handoff_completeness_12m_ago,
    cast(handoffs_quarterly.handoff_completeness_change_12m as double) as handoff_completeness_change_12m,
    cast(handoffs_quarterly.handoffs_due as double) as handoffs_due,
    cast(handoffs_quarterly.handoff_on_time_rate as double) as handoff_on_time_rate,
    cast(handoffs_quarterly.handoff_on_time_rate_12m_ago as double) as handoff_on_time_rate_12m_ago,
    cast(handoffs_quarterly.handoff_on_time_rate_change_12m as double) as handoff_on_time_rate_change_12m,
    cast(handoffs_quarterly.missing_handoffs as double) as missing_handoffs,
    cast(handoffs_quarterly.missing_handoffs_12m_ago as double) as missing_handoffs_12m_ago,
    cast(handoffs_quarterly.missing_handoffs_change_12m as double) as missing_handoffs_change_12m,
    cast(handoffs_quarterly.median_handoff_days_from_due as double) as median_handoff_days_from_due,
    cast(handoffs_quarterly.median_handoff_days_from_due_12m_ago as double) as median_handoff_days_from_due_12m_ago,
    cast(handoffs_quarterly.median_handoff_days_from_due_change_12m as double) as median_handoff_days_from_due_change_12m,
    handoffs_quarterly.is_complete
from (select 1 as one) as always_one_row
left join metrics.handoffs_quarterly as handoffs_quarterly on true
