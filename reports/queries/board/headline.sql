-- The last closed month of the chosen slice: one row.
select
    slice,
    month, month_label, month_end,
    customers, arr, arr_12m_ago, arr_change_12m,
    nrr, nrr_12m_ago, nrr_change_12m,
    grr, grr_12m_ago, grr_change_12m,
    grr_strict, nrr_3m, nrr_1m, nrr_excluding_reactivated, nrr_flow, nrr_monthly_compounded,
    logo_churn_rate, logo_churn_rate_12m_ago, logo_churn_rate_change_12m,
    revenue_churn_rate, expansion_rate, nrr_cohort_accounts
from postsale.board
where
    slice = '${inputs.slice.value}'
    and month = (select last_closed_month from postsale.build)
