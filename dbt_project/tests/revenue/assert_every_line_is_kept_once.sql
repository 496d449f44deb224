-- Catches a join that repeats or drops subscription lines before they are summed: every line that is seen by
-- `as_of` and has a day of service is one line, with an amount. A currency without a rate leaves no amount, and is
-- named here.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

expected as (
    select
        subscriptions.subscription_id,
        subscriptions.currency
    from {{ ref('int_subscriptions_unioned') }} as subscriptions
    inner join parameters on subscriptions.start_date <= parameters.as_of
    where
        subscriptions.start_date <= coalesce(subscriptions.end_date, subscriptions.start_date)
        and (
            subscriptions.terminated_on is null
            or subscriptions.terminated_on > parameters.as_of
            or subscriptions.start_date <= subscriptions.terminated_on
        )
),

lines as (
    select
        subscription_id,
        count(*) as line_count,
        count(arr) as amount_count
    from {{ ref('int_subscription_lines') }}
    group by subscription_id
)

select
    expected.subscription_id,
    expected.currency,
    lines.line_count,
    lines.amount_count
from expected
full outer join lines on expected.subscription_id = lines.subscription_id
where
    expected.subscription_id is null
    or lines.subscription_id is null
    or lines.line_count <> 1
    or lines.amount_count <> 1
