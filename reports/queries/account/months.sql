select month, month_label, active_users, meaningful_events, adoption_rate, core_adoption_rate, key_contacts, key_contacts_engaged, open_tickets, health_score
from postsale.account_months
where account_id = '${inputs.account.value}'
order by month
