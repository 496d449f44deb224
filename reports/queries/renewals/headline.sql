-- The last complete quarter of the chosen slice: one row.
select
    slice, quarter, quarter_label, renewals_due, renewal_due_arr, renewals_lost, renewal_lost_arr, renewals_pending, renewal_pending_arr,
    renewal_rate, renewal_rate_12m_ago, renewal_rate_change_12m,
    renewal_amount_rate, renewal_amount_rate_12m_ago, renewal_amount_rate_change_12m,
    on_time_renewal_rate, on_time_renewal_rate_12m_ago, on_time_renewal_rate_change_12m
from postsale.renewals
where
    slice = '${inputs.slice.value}'
    and is_complete
order by quarter desc
limit 1
