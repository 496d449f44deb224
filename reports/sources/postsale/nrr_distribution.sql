-- Accounts of the NRR cohort of the last closed month by what each pays now against a year before.
select
    strftime(nrr_distribution_monthly.metric_time, '%Y-%m-01') as month,
    strftime(nrr_distribution_monthly.metric_time, '%b %Y') as month_label,
    nrr_distribution_monthly.account_nrr_band,
    nrr_distribution_monthly.slice,
    cast(nrr_distribution_monthly.nrr_cohort_accounts as double) as nrr_cohort_accounts,
    cast(nrr_distribution_monthly.nrr_base_arr as double) as nrr_base_arr,
    cast(nrr_distribution_monthly.nrr_current_arr as double) as nrr_current_arr
from (select 1 as one) as always_one_row
left join metrics.build as build on true
left join metrics.nrr_distribution_monthly as nrr_distribution_monthly
    on date_trunc('month', build.last_closed_month_end) = nrr_distribution_monthly.metric_time
