-- Grain: closed month x slice ('total', or one value of one dimension) that had a one-month cohort in some month:
-- the product of the twelve one-month net retentions up to the month, each with its own cohort and slice; null
-- when one of the twelve months has no cohort. A product of ratios is no decimal: it is a double. The sums under
-- it are exact.
with windows as (
    select
        month_end,
        base_arr,
        current_arr,
        book_id
    from {{ ref('fct_arr_window') }}
    where window_months = 1 and is_base
),

months as (
    select
        month_end,
        month_number
    from {{ ref('int_months') }}
),

books as (
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

-- Summed by book first: the eight slices below then read far fewer rows.
book_sums as (
    select
        month_end,
        book_id,
        sum(base_arr) as base_arr,
        sum(current_arr) as current_arr
    from windows
    group by month_end, book_id
),

sliced as (
    select
        book_sums.month_end,
        book_sums.base_arr,
        book_sums.current_arr,
        books.segment,
        books.csm,
        books.team,
        books.industry,
        books.region,
        books.product,
        books.signed_quarter
    from book_sums
    inner join books on book_sums.book_id = books.book_id
),

cells as (
    select
        month_end,
        'total' as dimension,
        'all' as dimension_value,
        sum(base_arr) as base_arr,
        sum(current_arr) as current_arr
    from sliced
    group by month_end
    {%- for dimension in slice_columns() %}
    union all
    select
        month_end,
        '{{ dimension }}' as dimension,
        {{ dimension }} as dimension_value,
        sum(base_arr) as base_arr,
        sum(current_arr) as current_arr
    from sliced
    group by month_end, {{ dimension }}
    {%- endfor %}
),

slices as (
    select distinct
        dimension,
        dimension_value
    from cells
),

-- Dense, so that the row eleven rows back is the month eleven months back.
retentions as (
    select
        months.month_end,
        months.month_number,
        slices.dimension,
        slices.dimension_value,
        cast(cells.current_arr as {{ type_double() }}) / cast(cells.base_arr as {{ type_double() }}) as nrr_1m
    from slices
    cross join months
    left join cells
        on slices.dimension = cells.dimension
        and slices.dimension_value = cells.dimension_value
        and months.month_end = cells.month_end
),

compounded as (
    select
        month_end,
        dimension,
        dimension_value,
        nrr_1m
        {%- for months_back in range(1, 12) %}
        * lag(nrr_1m, {{ months_back }}) over (partition by dimension, dimension_value order by month_number)
        {%- endfor %} as nrr_monthly_compounded
    from retentions
),

final as (
    select
        {{ surrogate_key(['month_end', 'dimension', 'dimension_value']) }} as nrr_compounded_id,
        month_end,
        dimension,
        dimension_value,
        nrr_monthly_compounded
    from compounded
)

select
    nrr_compounded_id,
    month_end,
    dimension,
    dimension_value,
    nrr_monthly_compounded
from final
