-- Warnings opened and closed, by month and kind.
select
    strftime(warnings_by_kind_monthly.metric_time, '%Y-%m-01') as month,
    strftime(warnings_by_kind_monthly.metric_time, '%b %Y') as month_label,
    warnings_by_kind_monthly.warning_kind,
    cast(warnings_by_kind_monthly.warnings_opened as double) as warnings_opened,
    cast(warnings_by_kind_monthly.warnings_closed as double) as warnings_closed,
    warnings_by_kind_monthly.is_complete
from (select 1 as one) as always_one_row
left join metrics.warnings_by_kind_monthly as warnings_by_kind_monthly on true
