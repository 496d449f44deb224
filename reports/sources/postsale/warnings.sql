-- Warnings and how soon they were answered, by month and slice.
select
    strftime(warnings_monthly.metric_time, '%Y-%m-01') as month,
    strftime(warnings_monthly.metric_time, '%b %Y') as month_label,
    warnings_monthly.slice,
    cast(warnings_monthly.warnings_opened as double) as warnings_opened,
    cast(warnings_monthly.warnings_closed as double) as warnings_closed,
    cast(warnings_monthly.open_warnings as double) as open_warnings,
    cast(warnings_monthly.warnings_due_response as double) as warnings_due_response,
    cast(warnings_monthly.warning_response_24h_rate as double) as warning_response_24h_rate,
    cast(warnings_monthly.median_response_hours as double) as median_response_hours,
    warnings_monthly.is_complete
from (select 1 as one) as always_one_row
left join metrics.warnings_monthly as warnings_monthly on true
