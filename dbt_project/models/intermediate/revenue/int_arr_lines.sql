-- Grain: subscription line x stretch in which it counts: its own term, and the gap over which a late renewal
-- carries it. The one relation from which ARR on a day is summed: lines with service_from <= day <= service_to.
with lines as (
    select
        subscription_id,
        account_id,
        revenue_account_id,
        product,
        service_from,
        service_to,
        arr,
        source_row_hashes
    from {{ ref('int_subscription_lines') }}
),

bridges as (
    select
        subscription_id,
        account_id,
        revenue_account_id,
        product,
        service_from,
        service_to,
        is_in_grace,
        arr,
        source_row_hashes
    from {{ ref('int_late_renewal_bridges') }}
),

final as (
    select
        subscription_id,
        account_id,
        revenue_account_id,
        product,
        service_from,
        service_to,
        false as is_bridge,
        false as is_in_grace,
        arr,
        source_row_hashes
    from lines

    union all

    select
        subscription_id,
        account_id,
        revenue_account_id,
        product,
        service_from,
        service_to,
        true as is_bridge,
        is_in_grace,
        arr,
        source_row_hashes
    from bridges
)

select
    subscription_id,
    account_id,
    revenue_account_id,
    product,
    service_from,
    service_to,
    is_bridge,
    is_in_grace,
    arr,
    source_row_hashes
from final
