-- Grain: account x closed month x feature that a product with service on the month-end includes, by policy
-- `product_features`; used when a meaningful event names it in the days up to the month-end that policy gives.
with parameters as (
    select usage_window_days from {{ ref('stg_build__parameters') }}
),

account_months as (
    select
        account_id,
        month_end
    from {{ ref('int_account_months') }}
    where is_customer
),

lines as (
    select
        account_id,
        product,
        service_from,
        service_to
    from {{ ref('int_arr_lines') }}
    where arr > 0
),

product_features as (
    select
        {{ normalized_name('product') }} as product_key,
        {{ normalized_name('feature') }} as feature_key,
        coalesce(is_core, false) as is_core
    from {{ ref('stg_policy__product_features') }}
),

days as (
    select
        account_id,
        feature_key,
        used_on,
        meaningful_events
    from {{ ref('int_account_usage_days') }}
    where meaningful_events > 0 and feature_key <> ''
),

purchased as (
    select
        account_months.account_id,
        account_months.month_end,
        product_features.feature_key,
        max(case when product_features.is_core then 1 else 0 end) = 1 as is_core
    from account_months
    inner join lines
        on account_months.account_id = lines.account_id
        and account_months.month_end between lines.service_from and lines.service_to
    inner join product_features on {{ normalized_name('lines.product') }} = product_features.product_key
    group by account_months.account_id, account_months.month_end, product_features.feature_key
),

used as (
    select
        account_months.account_id,
        account_months.month_end,
        days.feature_key,
        sum(days.meaningful_events) as meaningful_events
    from account_months
    cross join parameters
    inner join days
        on account_months.account_id = days.account_id
        and days.used_on <= account_months.month_end
        and days.used_on > {{ add_days('account_months.month_end', '-parameters.usage_window_days') }}
    group by account_months.account_id, account_months.month_end, days.feature_key
),

final as (
    select
        purchased.account_id,
        purchased.month_end,
        purchased.feature_key,
        purchased.is_core,
        cast(coalesce(used.meaningful_events, 0) as integer) as meaningful_events,
        used.account_id is not null as is_used
    from purchased
    left join used
        on purchased.account_id = used.account_id
        and purchased.month_end = used.month_end
        and purchased.feature_key = used.feature_key
)

select
    account_id,
    month_end,
    feature_key,
    is_core,
    meaningful_events,
    is_used
from final
