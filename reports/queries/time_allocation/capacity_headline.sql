select slice, month, month_label, onboarding_capacity_utilization, onboarding_capacity_utilization_12m_ago, onboarding_capacity_utilization_change_12m, owned_open_onboardings, onboarding_owners, peak_open_onboardings, accounts_per_csm, accounts_per_csm_12m_ago, accounts_per_csm_change_12m, customers_with_csm, csms_with_customers
from postsale.capacity
where
    slice = '${inputs.slice.value}'
    and month = (select last_closed_month from postsale.build)
