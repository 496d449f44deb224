-- The four quarters that are not over: what falls due, by health band.
select quarter, quarter_label, health_band, renewals_pending_by_health, renewal_pending_arr_by_health, renewals_with_forecast, renewal_forecast_arr, renewal_forecast_due_arr
from postsale.renewals_calendar
where
    health_band is not null
    and slice = '${inputs.slice.value}'
    and not is_complete
    and quarter in (select distinct quarter from postsale.renewals_calendar where not is_complete order by quarter limit 4)
order by
    quarter,
    case health_band when 'red' then 1 when 'amber' then 2 when 'green' then 3 when 'unknown' then 4 else 5 end
