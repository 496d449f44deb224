-- Grain: customer (revenue account with ARR above zero) with a CSM x closed month-end.
with customers as (
    select
        account_id,
        month_end,
        arr,
        book_id,
        journey_id
    from {{ ref('fct_arr_snapshot') }}
    where is_customer
),

books as (
    select
        book_id,
        csm_email,
        csm,
        team
    from {{ ref('dim_account_history') }}
    where csm_email is not null
),

operating_periods as (
    select
        email,
        valid_from,
        valid_to,
        operating_model
    from {{ ref('int_csm_operating_periods') }}
),

-- One row per customer and month-end: a CSM has one operating model on a day.
final as (
    select
        {{ surrogate_key(['customers.account_id', 'customers.month_end']) }} as csm_account_month_id,
        customers.account_id,
        customers.month_end,
        books.csm_email,
        {{ surrogate_key(['books.csm_email']) }} as person_id,
        books.csm,
        books.team,
        coalesce(operating_periods.operating_model, 'unknown') as operating_model,
        customers.arr,
        customers.book_id,
        customers.journey_id
    from customers
    inner join books on customers.book_id = books.book_id
    left join operating_periods
        on books.csm_email = operating_periods.email
        and customers.month_end between operating_periods.valid_from and operating_periods.valid_to
)

select
    csm_account_month_id,
    account_id,
    month_end,
    csm_email,
    person_id,
    csm,
    team,
    operating_model,
    arr,
    book_id,
    journey_id
from final
