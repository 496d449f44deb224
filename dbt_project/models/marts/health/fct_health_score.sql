-- Grain: account that is a customer of its own right x closed month-end: its health score from 0 to 100. Without any
-- signal there is no score, and the band is 'unknown'.
with inputs as (
    select
        health_input_id,
        account_id,
        revenue_account_id,
        month_end,
        arr,
        is_silent_low_adoption,
        book_id,
        journey_id
    from {{ ref('fct_health_input') }}
),

contributions as (
    select
        account_id,
        month_end,
        signal,
        is_present,
        contribution,
        previous_contribution,
        contribution_change
    from {{ ref('fct_health_contribution') }}
),

-- From the lowest score of a band to that of the next one.
bands as (
    select
        band,
        score_from,
        lead(score_from) over (order by score_from) as score_below
    from {{ ref('stg_policy__health_bands') }}
),

scores as (
    select
        account_id,
        month_end,
        sum(contribution) as health_score,
        sum(previous_contribution) as previous_health_score,
        sum(contribution_change) as health_score_change,
        sum(case when is_present then 1 else 0 end) as signals_present,
        {{ dbt.listagg("case when not is_present then signal end", "', '", "order by signal") }} as missing_signals
    from contributions
    group by account_id, month_end
),

final as (
    select
        inputs.health_input_id as health_score_id,
        inputs.account_id,
        inputs.revenue_account_id,
        inputs.month_end,
        cast(scores.health_score as decimal(9, 4)) as health_score,
        case
            when scores.health_score is null then 'unknown'
            else bands.band
        end as band,
        cast(coalesce(scores.signals_present, 0) as integer) as signals_present,
        coalesce(scores.missing_signals, '') as missing_signals,
        cast(scores.previous_health_score as decimal(9, 4)) as previous_health_score,
        cast(scores.health_score_change as decimal(9, 4)) as health_score_change,
        inputs.arr,
        inputs.is_silent_low_adoption,
        inputs.book_id,
        inputs.journey_id
    from inputs
    left join scores
        on inputs.account_id = scores.account_id
        and inputs.month_end = scores.month_end
    left join bands
        on scores.health_score >= bands.score_from
        and (bands.score_below is null or scores.health_score < bands.score_below)
)

select
    health_score_id,
    account_id,
    revenue_account_id,
    month_end,
    health_score,
    band,
    signals_present,
    missing_signals,
    previous_health_score,
    health_score_change,
    arr,
    is_silent_low_adoption,
    book_id,
    journey_id
from final
