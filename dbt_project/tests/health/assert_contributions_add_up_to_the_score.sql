-- Catches rounding that loses a part: the contributions of the signals add up to the score, those of the month before
-- to the score before, and their changes to its change, to the last digit. It does not look at what a signal is worth.
with contributions as (
    select
        health_score_id,
        sum(contribution) as contribution,
        sum(previous_contribution) as previous_contribution,
        sum(contribution_change) as contribution_change
    from {{ ref('fct_health_contribution') }}
    group by health_score_id
),

scores as (
    select
        account_id,
        month_end,
        health_score
    from {{ ref('fct_health_score') }}
),

months as (
    select
        month_end,
        previous_month_end
    from {{ ref('int_months') }}
)

select
    health.health_score_id,
    health.health_score,
    contributions.contribution
from {{ ref('fct_health_score') }} as health
inner join months on health.month_end = months.month_end
left join contributions on health.health_score_id = contributions.health_score_id
left join scores as earlier
    on health.account_id = earlier.account_id
    and months.previous_month_end = earlier.month_end
where
    coalesce(health.health_score, -1) <> coalesce(contributions.contribution, -1)
    or coalesce(health.previous_health_score, -1) <> coalesce(earlier.health_score, -1)
    or coalesce(earlier.health_score, -1) <> coalesce(contributions.previous_contribution, -1)
    or coalesce(health.health_score - earlier.health_score, 1000) <> coalesce(contributions.contribution_change, 1000)
