-- Catches a product that is left out or counted twice: per account and month, ARR by product adds up to ARR.
with by_product as (
    select
        account_id,
        month_end,
        sum(arr) as arr
    from {{ ref('fct_arr_line_snapshot') }}
    group by account_id, month_end
),

snapshots as (
    select
        account_id,
        month_end,
        arr
    from {{ ref('fct_arr_snapshot') }}
)

select
    snapshots.account_id,
    snapshots.month_end,
    snapshots.arr,
    by_product.arr as arr_by_product
from snapshots
full outer join by_product
    on snapshots.account_id = by_product.account_id
    and snapshots.month_end = by_product.month_end
where by_product.arr is null or snapshots.arr is null or by_product.arr <> snapshots.arr
