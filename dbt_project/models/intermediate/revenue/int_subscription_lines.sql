-- Grain: subscription line that is seen at `as_of`, in the reporting currency.
-- Left out: lines that start after `as_of`, lines terminated before they started, lines of unknown accounts
-- (they are listed in the audit). A termination after `as_of` is not seen yet.
with parameters as (
    select
        as_of,
        reporting_currency
    from {{ ref('stg_build__parameters') }}
),

accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

rates as (
    select
        currency,
        rate
    from {{ ref('int_exchange_rates') }}
),

subscriptions as (
    select
        subscriptions.subscription_id,
        subscriptions.account_id,
        subscriptions.product,
        subscriptions.start_date,
        subscriptions.end_date,
        case when subscriptions.terminated_on <= parameters.as_of then subscriptions.terminated_on end as terminated_on,
        subscriptions.arr,
        subscriptions.currency,
        subscriptions.quantity,
        subscriptions.opportunity_id,
        subscriptions.source_row_hashes
    from {{ ref('int_subscriptions_unioned') }} as subscriptions
    inner join parameters on subscriptions.start_date <= parameters.as_of
),

-- No row in `rates` leaves the amount null; the not-null test on it stops the build and names the currency.
converted as (
    select
        subscriptions.subscription_id,
        subscriptions.account_id,
        accounts.revenue_account_id,
        subscriptions.product,
        subscriptions.start_date as service_from,
        least(
            coalesce(subscriptions.end_date, {{ far_future() }}),
            coalesce(subscriptions.terminated_on, {{ far_future() }})
        ) as service_to,
        subscriptions.terminated_on,
        subscriptions.currency,
        subscriptions.quantity,
        subscriptions.opportunity_id,
        -- 19 and 18 digits: the exact product still fits the 38 of a decimal.
        cast(
            round(cast(subscriptions.arr as decimal(19, 6)) * cast(rates.rate as decimal(18, 10)), 6) as decimal(28, 6)
        ) as arr,
        subscriptions.source_row_hashes
    from subscriptions
    inner join accounts on subscriptions.account_id = accounts.account_id
    left join rates on subscriptions.currency = rates.currency
),

final as (
    select
        subscription_id,
        account_id,
        revenue_account_id,
        product,
        service_from,
        service_to,
        coalesce(service_to = terminated_on, false) as is_terminated,
        currency,
        quantity,
        opportunity_id,
        arr,
        source_row_hashes
    from converted
    where service_from <= service_to
)

select
    subscription_id,
    account_id,
    revenue_account_id,
    product,
    service_from,
    service_to,
    is_terminated,
    currency,
    quantity,
    opportunity_id,
    arr,
    source_row_hashes
from final
