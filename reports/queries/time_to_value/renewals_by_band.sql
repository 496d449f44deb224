-- All customers, the year in which the renewal fell due.
select year, is_complete, ttfv_band, renewals_due, renewal_rate, renewal_due_arr, renewal_amount_rate
from postsale.renewals_by_ttfv_band
where ttfv_band not in ('All', 'unknown') and renewals_due > 0
order by year desc, case ttfv_band when 'on_target' then 1 when 'late' then 2 when 'never' then 3 when 'pending' then 4 else 5 end
