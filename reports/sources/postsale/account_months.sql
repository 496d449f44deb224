-- Use, adoption and relationships of each account by month, with its score.
select
    fct_account_month.account_id,
    strftime(fct_account_month.month_end, '%Y-%m-01') as month,
    strftime(fct_account_month.month_end, '%b %Y') as month_label,
    cast(fct_account_month.active_users as double) as active_users,
    cast(fct_account_month.meaningful_events as double) as meaningful_events,
    cast(fct_account_month.adoption_rate as double) as adoption_rate,
    cast(fct_account_month.core_adoption_rate as double) as core_adoption_rate,
    cast(fct_account_month.key_contacts as double) as key_contacts,
    cast(fct_account_month.key_contacts_engaged as double) as key_contacts_engaged,
    cast(fct_account_month.open_tickets as double) as open_tickets,
    cast(fct_health_score.health_score as double) as health_score
from (select 1 as one) as always_one_row
left join marts.fct_account_month as fct_account_month on true
left join marts.fct_health_score as fct_health_score
    on
        fct_account_month.account_id = fct_health_score.account_id
        and fct_account_month.month_end = fct_health_score.month_end
order by fct_account_month.account_id, fct_account_month.month_end
