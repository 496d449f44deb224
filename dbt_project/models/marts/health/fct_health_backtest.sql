-- Grain: renewal that was decided by `as_of` and whose account had a health score so many days before it was due: the
-- latest score of a closed month-end on or before that day. Policy says how many days (`health_backtest_days`).
with parameters as (
    select health_backtest_days from {{ ref('stg_build__parameters') }}
),

renewals as (
    select
        renewal_id,
        account_id,
        revenue_account_id,
        due_on,
        due_arr,
        outcome
    from {{ ref('fct_renewal') }}
    where outcome in ('renewed_on_time', 'renewed_late', 'lost')
),

scores as (
    select
        account_id,
        month_end,
        health_score,
        band,
        book_id,
        journey_id
    from {{ ref('fct_health_score') }}
    where health_score is not null
),

ranked as (
    select
        renewals.renewal_id,
        renewals.account_id,
        renewals.revenue_account_id,
        renewals.due_on,
        renewals.due_arr,
        renewals.outcome,
        scores.month_end as scored_on,
        scores.health_score,
        scores.band,
        scores.book_id,
        scores.journey_id,
        row_number() over (partition by renewals.renewal_id order by scores.month_end desc) as newest_first
    from renewals
    cross join parameters
    inner join scores
        on renewals.account_id = scores.account_id
        and scores.month_end <= {{ add_days('renewals.due_on', '-parameters.health_backtest_days') }}
),

final as (
    select
        renewal_id,
        account_id,
        revenue_account_id,
        due_on,
        {{ month_end('due_on') }} as due_month_end,
        due_arr,
        outcome,
        outcome <> 'lost' as is_renewed,
        scored_on,
        health_score,
        band,
        book_id,
        journey_id
    from ranked
    where newest_first = 1
)

select
    renewal_id,
    account_id,
    revenue_account_id,
    due_on,
    due_month_end,
    due_arr,
    outcome,
    is_renewed,
    scored_on,
    health_score,
    band,
    book_id,
    journey_id
from final
