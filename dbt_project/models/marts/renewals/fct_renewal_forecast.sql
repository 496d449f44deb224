-- Grain: pending renewal. A deal that is already signed or marked lost speaks for itself; any other renewal expects
-- the share of due ARR that the company kept in its own decided renewals of the same health band. The band is that of
-- the last month-end `health_backtest_days` before the due date, or of the last closed one. Fewer outcomes than
-- `forecast_minimum_renewals` are no base.
with parameters as (
    select
        last_closed_month_end,
        health_backtest_days,
        forecast_minimum_renewals
    from {{ ref('stg_build__parameters') }}
),

renewals as (
    select
        renewal_id,
        account_id,
        revenue_account_id,
        due_on,
        outcome,
        is_renewed,
        is_decided,
        due_arr,
        kept_arr,
        deal_state,
        book_id,
        journey_id,
        source_row_hashes
    from {{ ref('fct_renewal') }}
),

scores as (
    select
        account_id,
        month_end,
        band
    from {{ ref('fct_health_score') }}
),

ranked as (
    select
        renewals.renewal_id,
        scores.band,
        row_number() over (partition by renewals.renewal_id order by scores.month_end desc) as score_rank
    from renewals
    cross join parameters
    inner join scores
        on renewals.account_id = scores.account_id
        and scores.month_end <= parameters.last_closed_month_end
        and scores.month_end <= {{ add_days('renewals.due_on', '-parameters.health_backtest_days') }}
),

banded as (
    select
        renewals.renewal_id,
        renewals.account_id,
        renewals.revenue_account_id,
        renewals.due_on,
        renewals.is_renewed,
        renewals.is_decided,
        renewals.due_arr,
        renewals.kept_arr,
        renewals.deal_state,
        renewals.book_id,
        renewals.journey_id,
        renewals.source_row_hashes,
        coalesce(ranked.band, 'unknown') as health_band
    from renewals
    left join ranked
        on renewals.renewal_id = ranked.renewal_id
        and ranked.score_rank = 1
),

past as (
    select
        health_band,
        sum(1) as decided_renewals,
        sum(case when is_renewed then 1 else 0 end) as renewed_renewals,
        sum(due_arr) as due_arr,
        sum(kept_arr) as kept_arr
    from banded
    where is_decided
    group by health_band
),

judged as (
    select
        banded.renewal_id,
        banded.account_id,
        banded.revenue_account_id,
        banded.due_on,
        banded.health_band,
        banded.due_arr,
        banded.book_id,
        banded.journey_id,
        banded.source_row_hashes,
        coalesce(past.decided_renewals, 0) as past_renewals,
        coalesce(past.renewed_renewals, 0) as past_renewed,
        past.due_arr as past_due_arr,
        past.kept_arr as past_kept_arr,
        case
            when banded.deal_state = 'won' then 'signed'
            when banded.deal_state = 'lost' then 'marked_lost'
            when coalesce(past.decided_renewals, 0) >= parameters.forecast_minimum_renewals then 'past_outcomes'
            else 'too_few_outcomes'
        end as basis
    from banded
    cross join parameters
    left join past on banded.health_band = past.health_band
    where not banded.is_decided
),

final as (
    select
        renewal_id,
        account_id,
        revenue_account_id,
        due_on,
        health_band,
        basis,
        cast(past_renewals as integer) as past_renewals,
        cast(past_renewed as integer) as past_renewed,
        due_arr,
        cast(
            case
                when basis = 'signed' then 1
                when basis = 'marked_lost' then 0
                when basis = 'past_outcomes' then past_kept_arr / past_due_arr
            end as decimal(9, 6)
        ) as expected_rate,
        cast(
            case
                when basis = 'signed' then due_arr
                when basis = 'marked_lost' then 0
                when basis = 'past_outcomes'
                    then round(due_arr * cast(past_kept_arr / past_due_arr as decimal(9, 6)), 6)
            end as decimal(28, 6)
        ) as expected_arr,
        book_id,
        journey_id,
        source_row_hashes
    from judged
)

select
    renewal_id,
    account_id,
    revenue_account_id,
    due_on,
    health_band,
    basis,
    past_renewals,
    past_renewed,
    due_arr,
    expected_rate,
    expected_arr,
    book_id,
    journey_id,
    source_row_hashes
from final
