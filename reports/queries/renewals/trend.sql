-- The last 12 complete quarters of the chosen slice.
select
    quarter, quarter_label, renewal_rate, renewal_amount_rate, on_time_renewal_rate, renewals_due,
    renewals_renewed_on_time, renewals_renewed_late, renewals_lost, renewals_pending, renewal_due_arr, renewed_arr, renewal_uplift_arr, renewal_downsell_arr, renewal_lost_arr
from (
    select
        quarter, quarter_label, renewal_rate, renewal_amount_rate, on_time_renewal_rate, renewals_due,
        renewals_renewed_on_time, renewals_renewed_late, renewals_lost, renewals_pending, renewal_due_arr, renewed_arr, renewal_uplift_arr, renewal_downsell_arr, renewal_lost_arr
    from postsale.renewals
    where
        slice = '${inputs.slice.value}'
        and is_complete
    order by quarter desc
    limit 12
)
order by quarter
