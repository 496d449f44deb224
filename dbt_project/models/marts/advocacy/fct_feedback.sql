-- Grain: piece of product feedback received by `as_of`.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

feedback as (
    select
        feedback.feedback_id,
        feedback.account_id,
        feedback.received_on,
        feedback.product_area,
        feedback.sentiment,
        feedback.status,
        feedback.source_row_hashes
    from {{ ref('int_feedback_unioned') }} as feedback
    inner join parameters on feedback.received_on <= parameters.as_of
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

lines as (
    select
        revenue_account_id,
        service_from,
        service_to,
        arr
    from {{ ref('int_arr_lines') }}
),

-- The ARR behind a piece of feedback, on the day it was received.
weights as (
    select
        feedback.feedback_id,
        sum(lines.arr) as arr
    from feedback
    inner join accounts on feedback.account_id = accounts.account_id
    inner join lines
        on accounts.revenue_account_id = lines.revenue_account_id
        and feedback.received_on between lines.service_from and lines.service_to
    group by feedback.feedback_id
),

final as (
    select
        feedback.feedback_id,
        feedback.account_id,
        accounts.revenue_account_id,
        feedback.received_on,
        feedback.product_area,
        coalesce(feedback.sentiment, 'unknown') as sentiment,
        feedback.status,
        cast(coalesce(weights.arr, 0) as decimal(28, 6)) as arr,
        books.book_id,
        feedback.source_row_hashes
    from feedback
    inner join accounts on feedback.account_id = accounts.account_id
    inner join books
        on feedback.account_id = books.account_id
        and feedback.received_on between books.valid_from and books.valid_to
    left join weights on feedback.feedback_id = weights.feedback_id
)

select
    feedback_id,
    account_id,
    revenue_account_id,
    received_on,
    product_area,
    sentiment,
    status,
    arr,
    book_id,
    source_row_hashes
from final
