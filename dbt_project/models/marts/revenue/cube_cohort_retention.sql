-- Grain: slice ('total', or a segment, region or product) x quarter of signature x age in quarters: what the customers
-- that signed in one quarter still are and still pay, each counted from its own first month-end with ARR. An age is
-- here when every customer of the cohort has been observed that long: a share over some of them would not be comparable
-- with the age before it. Attributes are those at the first month-end.
{% set dimensions = ['segment', 'region', 'product'] %}

with snapshots as (
    select
        account_id,
        month_number,
        arr,
        book_id
    from {{ ref('fct_arr_snapshot') }}
),

books as (
    select
        book_id,
        segment,
        region,
        product,
        signed_quarter
    from {{ ref('dim_account_history') }}
),

observed as (
    select max(month_number) as last_month_number
    from snapshots
),

starts as (
    select
        account_id,
        min(month_number) as first_month_number
    from snapshots
    where arr > 0
    group by account_id
),

customers as (
    select
        starts.account_id,
        starts.first_month_number,
        snapshots.arr as base_arr,
        books.segment,
        books.region,
        books.product,
        books.signed_quarter
    from starts
    inner join snapshots
        on starts.account_id = snapshots.account_id
        and starts.first_month_number = snapshots.month_number
    inner join books on snapshots.book_id = books.book_id
),

-- One row per customer and age: every third month from its first.
aged as (
    select
        customers.account_id,
        customers.segment,
        customers.region,
        customers.product,
        customers.signed_quarter,
        cast((snapshots.month_number - customers.first_month_number) / 3 as integer) as quarters_since_start,
        customers.base_arr,
        snapshots.arr
    from customers
    inner join snapshots
        on customers.account_id = snapshots.account_id
        and snapshots.month_number >= customers.first_month_number
        and mod(snapshots.month_number - customers.first_month_number, 3) = 0
),

-- How long the youngest customer of a cohort has been observed.
cohorts as (
    select
        'total' as dimension,
        'all' as dimension_value,
        customers.signed_quarter,
        max(customers.first_month_number) as last_start,
        max(observed.last_month_number) as last_month_number
    from customers
    cross join observed
    group by customers.signed_quarter
    {%- for dimension in dimensions %}
    union all
    select
        '{{ dimension }}' as dimension,
        customers.{{ dimension }} as dimension_value,
        customers.signed_quarter,
        max(customers.first_month_number) as last_start,
        max(observed.last_month_number) as last_month_number
    from customers
    cross join observed
    group by customers.{{ dimension }}, customers.signed_quarter
    {%- endfor %}
),

cells as (
    select
        'total' as dimension,
        'all' as dimension_value,
        signed_quarter,
        quarters_since_start,
        base_arr,
        arr
    from aged
    {%- for dimension in dimensions %}
    union all
    select
        '{{ dimension }}' as dimension,
        {{ dimension }} as dimension_value,
        signed_quarter,
        quarters_since_start,
        base_arr,
        arr
    from aged
    {%- endfor %}
),

sums as (
    select
        cells.dimension,
        cells.dimension_value,
        cells.signed_quarter,
        cells.quarters_since_start,
        count(*) as customers,
        sum(case when cells.arr > 0 then 1 else 0 end) as kept_customers,
        sum(cells.base_arr) as base_arr,
        sum(cells.arr) as current_arr
    from cells
    inner join cohorts
        on cells.dimension = cohorts.dimension
        and cells.dimension_value = cohorts.dimension_value
        and cells.signed_quarter = cohorts.signed_quarter
        and cells.quarters_since_start * 3 <= cohorts.last_month_number - cohorts.last_start
    group by cells.dimension, cells.dimension_value, cells.signed_quarter, cells.quarters_since_start
),

final as (
    select
        {{ surrogate_key(['dimension', 'dimension_value', 'signed_quarter', 'quarters_since_start']) }}
            as cohort_retention_id,
        dimension,
        dimension_value,
        signed_quarter,
        quarters_since_start,
        cast(customers as integer) as customers,
        cast(kept_customers as integer) as kept_customers,
        cast(base_arr as decimal(28, 6)) as base_arr,
        cast(current_arr as decimal(28, 6)) as current_arr,
        cast(cast(kept_customers as decimal(18, 6)) / customers as decimal(18, 6)) as logo_retention_share,
        cast(current_arr / base_arr as decimal(18, 6)) as arr_retention_share
    from sums
)

select
    cohort_retention_id,
    dimension,
    dimension_value,
    signed_quarter,
    quarters_since_start,
    customers,
    kept_customers,
    base_arr,
    current_arr,
    logo_retention_share,
    arr_retention_share
from final
