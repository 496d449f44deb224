-- Grain: support ticket opened by `as_of`, as it stood then.
with tickets as (
    select
        ticket_id,
        account_id,
        priority,
        opened_on,
        solved_on,
        resolution_hours,
        source_name,
        source_row_hashes
    from {{ ref('int_tickets_seen') }}
),

accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

books as (
    select
        account_id,
        book_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_history') }}
),

journeys as (
    select
        account_id,
        journey_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_journey') }}
),

-- One row per ticket: accounts are unique, and one period of each kind holds a day.
final as (
    select
        {{ surrogate_key(['tickets.source_name', 'tickets.ticket_id']) }} as ticket_key,
        tickets.ticket_id,
        tickets.account_id,
        accounts.revenue_account_id,
        tickets.opened_on,
        tickets.solved_on,
        tickets.priority,
        tickets.resolution_hours,
        books.book_id,
        journeys.journey_id,
        tickets.source_row_hashes
    from tickets
    inner join accounts on tickets.account_id = accounts.account_id
    inner join books
        on tickets.account_id = books.account_id
        and tickets.opened_on between books.valid_from and books.valid_to
    inner join journeys
        on tickets.account_id = journeys.account_id
        and tickets.opened_on between journeys.valid_from and journeys.valid_to
)

select
    ticket_key,
    ticket_id,
    account_id,
    revenue_account_id,
    opened_on,
    solved_on,
    priority,
    resolution_hours,
    book_id,
    journey_id,
    source_row_hashes
from final
