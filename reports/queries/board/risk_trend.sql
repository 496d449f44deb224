-- The 24 months to the last closed one.
select month, month_label, at_risk_arr
from (
    select month, month_label, at_risk_arr
    from postsale.health
    where slice = '${inputs.slice.value}' and month <= (select last_closed_month from postsale.build)
    order by month desc
    limit 24
)
order by month
