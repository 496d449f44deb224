-- Grain: source account x opportunity of it that was lost as a renewal by `as_of`, with the reason under which it is
-- reported: what policy `churn_reasons` says of the CRM's text; `other` for a text that it does not list, `unknown` for
-- none.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

reasons as (
    select
        {{ policy_name('loss_reason') }} as loss_name,
        min(churn_reason) as churn_reason
    from {{ ref('stg_policy__churn_reasons') }}
    group by {{ policy_name('loss_reason') }}
),

lost as (
    select
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.closed_on,
        opportunities.expected_close_on,
        opportunities.loss_reason,
        opportunities.source_row_hashes
    from {{ ref('int_opportunities_unioned') }} as opportunities
    inner join parameters on opportunities.closed_on <= parameters.as_of
    where opportunities.type = 'renewal' and not opportunities.is_won
),

final as (
    select
        lost.opportunity_id,
        lost.account_id,
        accounts.revenue_account_id,
        lost.closed_on,
        lost.expected_close_on,
        lost.loss_reason,
        case
            when {{ policy_name('lost.loss_reason') }} is null then 'unknown'
            else coalesce(reasons.churn_reason, 'other')
        end as churn_reason,
        lost.source_row_hashes
    from lost
    inner join accounts on lost.account_id = accounts.account_id
    left join reasons on {{ policy_name('lost.loss_reason') }} = reasons.loss_name
)

select
    opportunity_id,
    account_id,
    revenue_account_id,
    closed_on,
    expected_close_on,
    loss_reason,
    churn_reason,
    source_row_hashes
from final
