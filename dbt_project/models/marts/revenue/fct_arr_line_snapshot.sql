-- Grain: revenue account x product it ever held x closed month, zeros included: the ARR of that product on the
-- last day of the month.
with months as (
    select month_end from {{ ref('int_months') }}
),

lines as (
    select
        revenue_account_id,
        product,
        service_from,
        service_to,
        arr
    from {{ ref('int_arr_lines') }}
),

account_months as (
    select
        account_id,
        month_end,
        book_id,
        journey_id
    from {{ ref('dim_account_month') }}
),

held as (
    select distinct
        revenue_account_id as account_id,
        product
    from lines
),

active as (
    select
        lines.revenue_account_id as account_id,
        lines.product,
        months.month_end,
        sum(lines.arr) as arr
    from lines
    inner join months on months.month_end between lines.service_from and lines.service_to
    group by lines.revenue_account_id, lines.product, months.month_end
),

final as (
    select
        {{ surrogate_key(['held.account_id', 'held.product', 'account_months.month_end']) }} as arr_line_snapshot_id,
        held.account_id,
        account_months.month_end,
        held.product as line_product,
        cast(coalesce(active.arr, 0) as decimal(28, 6)) as arr,
        account_months.book_id,
        account_months.journey_id
    from held
    inner join account_months on held.account_id = account_months.account_id
    left join active
        on held.account_id = active.account_id
        and held.product = active.product
        and account_months.month_end = active.month_end
)

select
    arr_line_snapshot_id,
    account_id,
    month_end,
    line_product,
    arr,
    book_id,
    journey_id
from final
