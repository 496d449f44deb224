-- Retention by month and the band of the time to first value at the window's start.
select
    strftime(nrr_by_ttfv_band.metric_time, '%Y-%m-01') as month,
    strftime(nrr_by_ttfv_band.metric_time, '%b %Y') as month_label,
    nrr_by_ttfv_band.ttfv_band,
    cast(nrr_by_ttfv_band.nrr as double) as nrr,
    cast(nrr_by_ttfv_band.grr as double) as grr,
    cast(nrr_by_ttfv_band.logo_churn_rate as double) as logo_churn_rate,
    cast(nrr_by_ttfv_band.nrr_cohort_accounts as double) as nrr_cohort_accounts
from (select 1 as one) as always_one_row
left join metrics.nrr_by_ttfv_band as nrr_by_ttfv_band on true
