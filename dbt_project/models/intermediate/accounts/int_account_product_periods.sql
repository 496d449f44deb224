-- Grain: account x period in which its largest product (by ARR, ties by name) stays the same.
-- A revenue account is judged over every account that rolls up to it, any other account over its own lines.
-- Before the first service the first contract's product applies; while nothing is active, the last one known.
with lines as (
    select
        account_id,
        revenue_account_id,
        product,
        service_from,
        service_to,
        arr
    from {{ ref('int_arr_lines') }}
),

judged_lines as (
    select
        revenue_account_id as account_id,
        product,
        service_from,
        service_to,
        arr
    from lines
    union all
    select
        account_id,
        product,
        service_from,
        service_to,
        arr
    from lines
    where account_id <> revenue_account_id
),

parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

changes as (
    select
        account_id,
        service_from as changed_on
    from judged_lines
    union
    select
        judged_lines.account_id,
        {{ add_days('judged_lines.service_to', 1) }} as changed_on
    from judged_lines
    inner join parameters on judged_lines.service_to < parameters.as_of
),

product_arr as (
    select
        changes.account_id,
        changes.changed_on,
        judged_lines.product,
        sum(judged_lines.arr) as arr
    from changes
    inner join judged_lines
        on changes.account_id = judged_lines.account_id
        and changes.changed_on between judged_lines.service_from and judged_lines.service_to
    group by changes.account_id, changes.changed_on, judged_lines.product
),

ranked as (
    select
        account_id,
        changed_on,
        product,
        row_number() over (partition by account_id, changed_on order by arr desc, product asc) as size_rank
    from product_arr
),

largest as (
    select
        account_id,
        changed_on,
        product,
        lag(product) over (partition by account_id order by changed_on) as previous_product
    from ranked
    where size_rank = 1
),

-- A day on which the last line ends has no largest product and thus no row: the last known one runs on.
distinct_periods as (
    select
        account_id,
        product,
        changed_on,
        previous_product is null as is_first,
        lead(changed_on) over (partition by account_id order by changed_on) as next_changed_on
    from largest
    where previous_product is null or previous_product <> product
),

final as (
    select
        account_id,
        product,
        case when is_first then {{ far_past() }} else changed_on end as valid_from,
        case
            when next_changed_on is null then {{ far_future() }} else {{ add_days('next_changed_on', -1) }}
        end as valid_to
    from distinct_periods
)

select
    account_id,
    product,
    valid_from,
    valid_to
from final
