-- Catches an account-month that a slice counts twice or not at all: for every slice, the ARR of its values adds up
-- to the total, at the month-end and at the start of every retention window.
with books as (
    select
        book_id,
        segment,
        csm,
        team,
        industry,
        region,
        product,
        signed_quarter
    from {{ ref('dim_account_history') }}
),

stocks as (
    select
        month_end,
        0 as window_months,
        book_id,
        arr as amount
    from {{ ref('fct_arr_snapshot') }}
    union all
    select
        month_end,
        window_months,
        book_id,
        base_arr as amount
    from {{ ref('fct_arr_window') }}
),

book_stocks as (
    select
        month_end,
        window_months,
        book_id,
        sum(amount) as amount
    from stocks
    group by month_end, window_months, book_id
),

totals as (
    select
        month_end,
        window_months,
        sum(amount) as amount
    from stocks
    group by month_end, window_months
),

sliced as (
    {%- for dimension in slice_columns() %}
    select
        book_stocks.month_end,
        book_stocks.window_months,
        '{{ dimension }}' as dimension,
        sum(case when books.{{ dimension }} is not null then book_stocks.amount end) as amount
    from book_stocks
    inner join books on book_stocks.book_id = books.book_id
    group by book_stocks.month_end, book_stocks.window_months
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}
)

select
    totals.month_end,
    totals.window_months,
    sliced.dimension,
    totals.amount as total_amount,
    sliced.amount as sliced_amount
from totals
left join sliced
    on totals.month_end = sliced.month_end
    and totals.window_months = sliced.window_months
where sliced.amount is null or sliced.amount <> totals.amount
