-- Onboardings on the shoulders of their owners and accounts per CSM, by month and slice.
select
    strftime(capacity_monthly.metric_time, '%Y-%m-01') as month,
    strftime(capacity_monthly.metric_time, '%b %Y') as month_label,
    capacity_monthly.slice,
    cast(capacity_monthly.onboarding_capacity_utilization as double) as onboarding_capacity_utilization,
    cast(capacity_monthly.onboarding_capacity_utilization_12m_ago as double) as onboarding_capacity_utilization_12m_ago,
    cast(capacity_monthly.onboarding_capacity_utilization_change_12m as double) as onboarding_capacity_utilization_change_12m,
    cast(capacity_monthly.accounts_per_csm as double) as accounts_per_csm,
    cast(capacity_monthly.accounts_per_csm_12m_ago as double) as accounts_per_csm_12m_ago,
    cast(capacity_monthly.accounts_per_csm_change_12m as double) as accounts_per_csm_change_12m,
    cast(capacity_monthly.owned_open_onboardings as double) as owned_open_onboardings,
    cast(capacity_monthly.onboarding_owners as double) as onboarding_owners,
    cast(capacity_monthly.peak_open_onboardings as double) as peak_open_onboardings,
    cast(capacity_monthly.customers_with_csm as double) as customers_with_csm,
    cast(capacity_monthly.csms_with_customers as double) as csms_with_customers,
    capacity_monthly.is_complete
from (select 1 as one) as always_one_row
left join metrics.capacity_monthly as capacity_monthly on true
