-- The last closed month, all customers, by how their onboarding went.
select ttfv_band, nrr, grr, logo_churn_rate, nrr_cohort_accounts
from postsale.nrr_by_ttfv_band
where ttfv_band not in ('All', 'unknown') and month = (select last_closed_month from postsale.build) and nrr_cohort_accounts > 0
order by case ttfv_band when 'on_target' then 1 when 'late' then 2 when 'never' then 3 when 'pending' then 4 else 5 end
