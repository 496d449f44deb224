-- Grain: account x closed month with survey answers in the twelve months to its last day.
with account_months as (
    select
        account_id,
        month_end
    from {{ ref('int_account_months') }}
),

surveys as (
    select
        account_id,
        kind,
        score,
        responded_on
    from {{ ref('int_surveys_seen') }}
),

final as (
    select
        account_months.account_id,
        account_months.month_end,
        {%- for kind in ['nps', 'csat'] %}
        sum(case when surveys.kind = '{{ kind }}' then 1 else 0 end) as {{ kind }}_responses_12m,
        sum(case when surveys.kind = '{{ kind }}' then surveys.score end) as {{ kind }}_score_sum_12m,
        {%- endfor %}
        max(surveys.responded_on) as last_response_on
    from account_months
    inner join surveys
        on account_months.account_id = surveys.account_id
        and surveys.responded_on <= account_months.month_end
        and surveys.responded_on > {{ month_end_before('account_months.month_end', 12) }}
    group by account_months.account_id, account_months.month_end
)

select
    account_id,
    month_end,
    nps_responses_12m,
    nps_score_sum_12m,
    csat_responses_12m,
    csat_score_sum_12m,
    last_response_on
from final
