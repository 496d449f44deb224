-- Completeness of each field of a handoff in the last complete quarter, by kind and slice.
select
    strftime(handoff_fields_quarterly.metric_time, '%Y-%m-01') as quarter,
    format('Q{} {}', quarter(handoff_fields_quarterly.metric_time), year(handoff_fields_quarterly.metric_time)) as quarter_label,
    handoff_fields_quarterly.kind,
    handoff_fields_quarterly.handoff_field,
    handoff_fields_quarterly.slice,
    cast(handoff_fields_quarterly.handoff_field_completeness as double) as handoff_field_completeness,
    cast(handoff_fields_quarterly.handoff_field_slots as double) as handoff_field_slots,
    handoff_fields_quarterly.is_complete
from (select 1 as one) as always_one_row
left join metrics.handoff_fields_quarterly as handoff_fields_quarterly
    on
        handoff_fields_quarterly.handoff_field_slots > 0
        and handoff_fields_quarterly.metric_time = (
            select metric_time from metrics.handoffs_quarterly where is_complete order by metric_time desc limit 1
        )
