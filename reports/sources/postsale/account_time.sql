-- Hours spent on each account by month and category.
select
    fct_account_time_month.account_id,
    strftime(fct_account_time_month.month_end, '%Y-%m-01') as month,
    strftime(fct_account_time_month.month_end, '%b %Y') as month_label,
    cast(fct_account_time_month.hours as double) as hours,
    cast(fct_account_time_month.implementation_hours as double) as implementation_hours,
    cast(fct_account_time_month.success_hours as double) as success_hours,
    cast(fct_account_time_month.support_hours as double) as support_hours,
    cast(fct_account_time_month.internal_hours as double) as internal_hours,
    cast(fct_account_time_month.unclassified_hours as double) as unclassified_hours,
    cast(fct_account_time_month.post_live_implementation_hours as double) as post_live_implementation_hours
from (select 1 as one) as always_one_row
left join marts.fct_account_time_month as fct_account_time_month on true
order by fct_account_time_month.account_id, fct_account_time_month.month_end
