-- Grain: account x closed month since its own first contract (signature or service, whichever came first), with where
-- it stood on the last day of the month.
with accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

months as (
    select month_end from {{ ref('int_months') }}
),

lines as (
    select
        account_id,
        service_from,
        service_to
    from {{ ref('int_arr_lines') }}
    where arr > 0
),

signatures as (
    select
        account_id,
        min(contract_signed_on) as signed_on
    from {{ ref('int_onboardings_seen') }}
    group by account_id
),

services as (
    select
        account_id,
        min(service_from) as first_service_on
    from lines
    group by account_id
),

begun as (
    select
        accounts.account_id,
        accounts.revenue_account_id,
        services.first_service_on,
        least(
            coalesce(signatures.signed_on, services.first_service_on),
            coalesce(services.first_service_on, signatures.signed_on)
        ) as first_contract_on
    from accounts
    left join signatures on accounts.account_id = signatures.account_id
    left join services on accounts.account_id = services.account_id
),

served as (
    select distinct
        lines.account_id,
        months.month_end
    from lines
    inner join months on months.month_end between lines.service_from and lines.service_to
),

books as (
    select
        account_id,
        book_id,
        valid_from,
        valid_to,
        segment
    from {{ ref('int_account_attribute_periods') }}
),

final as (
    select
        begun.account_id,
        begun.revenue_account_id,
        months.month_end,
        begun.first_contract_on,
        begun.first_service_on,
        served.account_id is not null as is_customer,
        books.book_id,
        books.segment
    from begun
    inner join months on begun.first_contract_on <= months.month_end
    inner join books
        on begun.account_id = books.account_id
        and months.month_end between books.valid_from and books.valid_to
    left join served
        on begun.account_id = served.account_id
        and months.month_end = served.month_end
)

select
    account_id,
    revenue_account_id,
    month_end,
    first_contract_on,
    first_service_on,
    is_customer,
    book_id,
    segment
from final
