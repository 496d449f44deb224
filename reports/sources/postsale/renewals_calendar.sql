-- What falls due in each quarter to come, by health band, with what is expected of it.
select
    strftime(renewals_calendar_quarterly.metric_time, '%Y-%m-01') as quarter,
    format('Q{} {}', quarter(renewals_calendar_quarterly.metric_time), year(renewals_calendar_quarterly.metric_time)) as quarter_label,
    renewals_calendar_quarterly.health_band,
    renewals_calendar_quarterly.slice,
    cast(renewals_calendar_quarterly.renewals_pending_by_health as double) as renewals_pending_by_health,
    cast(renewals_calendar_quarterly.renewal_pending_arr_by_health as double) as renewal_pending_arr_by_health,
    cast(renewals_calendar_quarterly.renewals_with_forecast as double) as renewals_with_forecast,
    cast(renewals_calendar_quarterly.renewal_forecast_arr as double) as renewal_forecast_arr,
    cast(renewals_calendar_quarterly.renewal_forecast_due_arr as double) as renewal_forecast_due_arr,
    renewals_calendar_quarterly.is_complete
from (select 1 as one) as always_one_row
left join metrics.renewals_calendar_quarterly as renewals_calendar_quarterly on true
