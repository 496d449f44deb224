-- Grain: customer (revenue account) of the highest segment x closed month: whether a success plan was current.
with expecting as (
    select segment
    from {{ ref('stg_policy__segments') }}
    where acv_below is null
),

customers as (
    select
        snapshots.account_id,
        snapshots.month_end,
        snapshots.book_id
    from {{ ref('fct_arr_snapshot') }} as snapshots
    inner join {{ ref('dim_account_month') }} as account_months
        on snapshots.account_id = account_months.account_id
        and snapshots.month_end = account_months.month_end
    inner join expecting on account_months.segment = expecting.segment
    where snapshots.is_customer
),

plans as (
    select
        revenue_account_id,
        agreed_on,
        due_on,
        is_owned_on_both_sides
    from {{ ref('fct_success_plan') }}
),

final as (
    select
        {{ surrogate_key(['customers.account_id', 'customers.month_end']) }} as success_plan_month_id,
        customers.account_id,
        customers.month_end,
        cast(count(plans.agreed_on) as integer) as current_outcomes,
        coalesce(max(case when plans.is_owned_on_both_sides then 1 else 0 end), 0) = 1 as is_covered,
        max(customers.book_id) as book_id
    from customers
    left join plans
        on customers.account_id = plans.revenue_account_id
        and customers.month_end between plans.agreed_on and plans.due_on
    group by customers.account_id, customers.month_end
)

select
    success_plan_month_id,
    account_id,
    month_end,
    current_outcomes,
    is_covered,
    book_id
from final
