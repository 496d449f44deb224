-- Grain: account x closed month, with the slice attributes on the last day of the month.
with accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

months as (
    select month_end from {{ ref('int_months') }}
),

books as (
    select
        book_id,
        account_id,
        valid_from,
        valid_to,
        segment,
        csm,
        team,
        industry,
        region,
        product,
        signed_quarter
    from {{ ref('dim_account_history') }}
),

journeys as (
    select
        journey_id,
        account_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_journey') }}
),

final as (
    select
        {{ surrogate_key(['accounts.account_id', 'months.month_end']) }} as account_month_id,
        accounts.account_id,
        months.month_end,
        accounts.revenue_account_id,
        books.book_id,
        books.segment,
        books.csm,
        books.team,
        books.industry,
        books.region,
        books.product,
        books.signed_quarter,
        journeys.journey_id
    from accounts
    cross join months
    inner join books
        on accounts.account_id = books.account_id
        and months.month_end between books.valid_from and books.valid_to
    inner join journeys
        on accounts.account_id = journeys.account_id
        and months.month_end between journeys.valid_from and journeys.valid_to
)

select
    account_month_id,
    account_id,
    month_end,
    revenue_account_id,
    book_id,
    segment,
    csm,
    team,
    industry,
    region,
    product,
    signed_quarter,
    journey_id
from final
