-- Grain: account x closed month since its first contract: its support tickets.
with account_months as (
    select
        account_id,
        month_end
    from {{ ref('int_account_months') }}
),

tickets as (
    select
        account_id,
        priority,
        opened_on,
        coalesce(solved_on, {{ far_future() }}) as solved_on,
        resolution_seconds
    from {{ ref('int_tickets_seen') }}
),

counted as (
    select
        account_months.account_id,
        account_months.month_end,
        sum(case when tickets.solved_on > account_months.month_end then 1 else 0 end) as open_tickets,
        sum(
            case when tickets.opened_on > {{ month_end_before('account_months.month_end', 1) }} then 1 else 0 end
        ) as tickets_opened,
        sum(
            case
                when tickets.priority = 'urgent'
                    and tickets.opened_on > {{ month_end_before('account_months.month_end', 1) }}
                    then 1
                else 0
            end
        ) as urgent_tickets,
        sum(
            case
                when tickets.solved_on <= account_months.month_end
                    and tickets.solved_on > {{ month_end_before('account_months.month_end', 1) }}
                    then 1
                else 0
            end
        ) as tickets_solved,
        sum(
            case
                when tickets.solved_on <= account_months.month_end
                    and tickets.solved_on > {{ month_end_before('account_months.month_end', 1) }}
                    then tickets.resolution_seconds
            end
        ) as resolution_seconds,
        max(tickets.opened_on) as last_ticket_on
    from account_months
    inner join tickets
        on account_months.account_id = tickets.account_id
        and tickets.opened_on <= account_months.month_end
    group by account_months.account_id, account_months.month_end
),

final as (
    select
        account_months.account_id,
        account_months.month_end,
        cast(coalesce(counted.open_tickets, 0) as integer) as open_tickets,
        cast(coalesce(counted.tickets_opened, 0) as integer) as tickets_opened,
        cast(coalesce(counted.urgent_tickets, 0) as integer) as urgent_tickets,
        cast(coalesce(counted.tickets_solved, 0) as integer) as tickets_solved,
        -- whole seconds add up the same in any order, hours as floating numbers do not
        cast(counted.resolution_seconds as {{ type_double() }}) / 3600 as resolution_hours,
        counted.last_ticket_on
    from account_months
    left join counted
        on account_months.account_id = counted.account_id
        and account_months.month_end = counted.month_end
)

select
    account_id,
    month_end,
    open_tickets,
    tickets_opened,
    urgent_tickets,
    tickets_solved,
    resolution_hours,
    last_ticket_on
from final
