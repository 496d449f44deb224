-- The 24 months to the last closed one.
select month, month_label, nrr, grr, arr, nrr_cohort_accounts
from (
    select month, month_label, nrr, grr, arr, nrr_cohort_accounts
    from postsale.board
    where
        segment = '${inputs.segment.value}'
        and csm = '${inputs.csm.value}'
        and month <= (select last_closed_month from postsale.build)
    order by month desc
    limit 24
)
order by month
