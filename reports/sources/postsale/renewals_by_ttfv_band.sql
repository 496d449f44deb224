-- Renewals by the year of their due date and the band of the time to first value.
select
    strftime(renewals_by_ttfv_band_yearly.metric_time, '%Y') as year,
    renewals_by_ttfv_band_yearly.ttfv_band,
    cast(renewals_by_ttfv_band_yearly.renewals_due as double) as renewals_due,
    cast(renewals_by_ttfv_band_yearly.renewal_rate as double) as renewal_rate,
    cast(renewals_by_ttfv_band_yearly.renewal_due_arr as double) as renewal_due_arr,
    cast(renewals_by_ttfv_band_yearly.renewal_amount_rate as double) as renewal_amount_rate,
    renewals_by_ttfv_band_yearly.is_complete
from (select 1 as one) as always_one_row
left join metrics.renewals_by_ttfv_band_yearly as renewals_by_ttfv_band_yearly on true
