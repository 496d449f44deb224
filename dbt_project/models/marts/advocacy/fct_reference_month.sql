-- Grain: stage of a customer reference x closed month at whose end it lasted.
with customer_references as (
    select
        reference_id,
        account_id,
        stage,
        kind,
        since_on,
        ended_on
    from {{ ref('fct_reference') }}
),

account_months as (
    select
        account_id,
        month_end,
        book_id
    from {{ ref('dim_account_month') }}
),

final as (
    select
        {{ surrogate_key(['customer_references.reference_id', 'account_months.month_end']) }} as reference_month_id,
        customer_references.reference_id,
        customer_references.account_id,
        account_months.month_end,
        customer_references.stage,
        customer_references.kind,
        account_months.book_id
    from customer_references
    inner join account_months
        on customer_references.account_id = account_months.account_id
        and customer_references.since_on <= account_months.month_end
        and (customer_references.ended_on is null or customer_references.ended_on >= account_months.month_end)
)

select
    reference_month_id,
    reference_id,
    account_id,
    month_end,
    stage,
    kind,
    book_id
from final
