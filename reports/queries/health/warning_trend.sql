select month, month_label, warnings_opened, warnings_closed, open_warnings, warning_response_24h_rate, warnings_due_response
from (
    select month, month_label, warnings_opened, warnings_closed, open_warnings, warning_response_24h_rate, warnings_due_response
    from postsale.warnings
    where
        slice = '${inputs.slice.value}'
        and month <= (select last_closed_month from postsale.build)
    order by month desc
    limit 24
)
order by month
