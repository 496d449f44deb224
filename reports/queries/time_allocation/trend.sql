-- The 24 months to the last closed one.
select
    month, month_label, csm_implementation_share, implementation_share,
    implementation_share_lower, implementation_share_upper,
    implementation_hours, success_hours, support_hours, internal_hours, unclassified_hours, post_live_implementation_hours
from (
    select
        month, month_label, csm_implementation_share, implementation_share,
    implementation_share_lower, implementation_share_upper,
        implementation_hours, success_hours, support_hours, internal_hours, unclassified_hours, post_live_implementation_hours
    from postsale.time_allocation
    where
        slice = '${inputs.slice.value}'
        and month <= (select last_closed_month from postsale.build)
    order by month desc
    limit 24
)
order by month
