-- Catches ARR that gets lost between slices: in total and for every value of every slice, the closing stock of the
-- month before + movements (sliced where the account stood when the month began) + transfers = the closing stock
-- of the month. The board's waterfall by segment stands on this.
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

months as (
    select
        month_end,
        month_number
    from {{ ref('int_months') }}
),

-- The closing stock enters its own month with a minus, and the next month as opening with a plus.
entries as (
    select
        month_number,
        book_id,
        -arr as amount
    from {{ ref('fct_arr_snapshot') }}
    union all
    select
        month_number + 1 as month_number,
        book_id,
        arr as amount
    from {{ ref('fct_arr_snapshot') }}
    union all
    select
        months.month_number,
        movements.book_id,
        movements.signed_amount as amount
    from {{ ref('fct_arr_movement') }} as movements
    inner join months on movements.month_end = months.month_end
    union all
    select
        months.month_number,
        transfers.book_id,
        transfers.amount
    from {{ ref('fct_arr_transfer') }} as transfers
    inner join months on transfers.month_end = months.month_end
),

book_entries as (
    select
        entries.month_number,
        entries.book_id,
        sum(entries.amount) as amount
    from entries
    inner join months on entries.month_number = months.month_number
    group by entries.month_number, entries.book_id
),

final as (
    select
        month_number,
        'total' as dimension,
        'all' as dimension_value,
        sum(amount) as difference
    from book_entries
    group by month_number
    {%- for dimension in slice_columns() %}
    union all
    select
        book_entries.month_number,
        '{{ dimension }}' as dimension,
        books.{{ dimension }} as dimension_value,
        sum(book_entries.amount) as difference
    from book_entries
    left join books on book_entries.book_id = books.book_id
    group by book_entries.month_number, books.{{ dimension }}
    {%- endfor %}
)

select
    month_number,
    dimension,
    dimension_value,
    difference
from final
where difference <> 0
