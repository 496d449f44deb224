-- The 24 months to the last closed one, every published way to count.
select month, month_label, nrr, nrr_excluding_reactivated, nrr_flow, nrr_monthly_compounded, nrr_cohort_accounts
from (
    select month, month_label, nrr, nrr_excluding_reactivated, nrr_flow, nrr_monthly_compounded, nrr_cohort_accounts
    from postsale.board
    where
        slice = '${inputs.slice.value}'
        and month <= (select last_closed_month from postsale.build)
    order by month desc
    limit 24
)
order by month
