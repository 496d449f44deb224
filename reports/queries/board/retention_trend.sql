-- The 24 months to the last closed one.
select month, month_label, nrr, grr, logo_churn_rate, arr, nrr_cohort_accounts
from (
    select month, month_label, nrr, grr, logo_churn_rate, arr, nrr_cohort_accounts
    from postsale.board
    where
        slice = '${inputs.slice.value}'
        and month <= (select last_closed_month from postsale.build)
    order by month desc
    limit 24
)
order by month
