-- Grain: account that is a customer of its own right x closed month-end: the measures that the health score reads, as
-- they stood on that day. A measure that nobody can know is null, never zero.
with rules as (
    select
        threshold as silent_below,
        coalesce(window_days, 0) as silent_days
    from {{ ref('stg_policy__warning_rules') }}
    where kind = 'silent_low_adoption'
),

account_months as (
    select
        account_id,
        revenue_account_id,
        month_end,
        usage_trend,
        adoption_rate,
        core_adoption_rate,
        key_contacts,
        key_contacts_engaged,
        has_sponsor,
        has_sponsor_engaged_90d,
        open_tickets,
        urgent_tickets,
        last_ticket_on,
        nps_score_12m,
        book_id,
        journey_id
    from {{ ref('fct_account_month') }}
    where is_customer
),

lines as (
    select
        account_id,
        service_from,
        service_to,
        arr
    from {{ ref('int_arr_lines') }}
    where arr > 0
),

amounts as (
    select
        account_months.account_id,
        account_months.month_end,
        sum(lines.arr) as arr
    from account_months
    inner join lines
        on account_months.account_id = lines.account_id
        and account_months.month_end between lines.service_from and lines.service_to
    group by account_months.account_id, account_months.month_end
),

onboardings as (
    select
        onboarding_id,
        account_id,
        contract_signed_on,
        target_days
    from {{ ref('int_onboardings_seen') }}
    where target_days is not null
),

first_values as (
    select
        onboarding_id,
        first_value_on
    from {{ ref('int_onboarding_first_values') }}
),

-- The newest onboarding of the day; one that is on its way inside its target says nothing yet.
onboarding_paces as (
    select
        account_months.account_id,
        account_months.month_end,
        onboardings.target_days,
        case
            when first_values.first_value_on <= account_months.month_end
                then {{ days_between('onboardings.contract_signed_on', 'first_values.first_value_on') }}
            when {{ days_between('onboardings.contract_signed_on', 'account_months.month_end') }}
                > onboardings.target_days
                then {{ days_between('onboardings.contract_signed_on', 'account_months.month_end') }}
        end as days_taken,
        row_number() over (
            partition by account_months.account_id, account_months.month_end
            order by onboardings.contract_signed_on desc, onboardings.onboarding_id desc
        ) as newest_first
    from account_months
    inner join onboardings
        on account_months.account_id = onboardings.account_id
        and onboardings.contract_signed_on <= account_months.month_end
    left join first_values on onboardings.onboarding_id = first_values.onboarding_id
),

gathered as (
    select
        account_months.account_id,
        account_months.revenue_account_id,
        account_months.month_end,
        account_months.book_id,
        account_months.journey_id,
        amounts.arr,
        account_months.core_adoption_rate,
        account_months.adoption_rate,
        account_months.usage_trend,
        onboarding_paces.days_taken / nullif(onboarding_paces.target_days, 0) as time_to_value_ratio,
        cast(account_months.key_contacts_engaged as decimal(18, 6))
        / nullif(account_months.key_contacts, 0) as stakeholder_engagement_rate,
        case
            when account_months.has_sponsor and account_months.has_sponsor_engaged_90d then 1
            when account_months.has_sponsor and not account_months.has_sponsor_engaged_90d then 0
        end as executive_engagement,
        account_months.open_tickets + account_months.urgent_tickets as support_load,
        account_months.open_tickets = 0
        and (
            account_months.last_ticket_on is null
            or account_months.last_ticket_on <= {{ add_days('account_months.month_end', '-rules.silent_days') }}
        ) as is_silent,
        rules.silent_below,
        account_months.nps_score_12m as sentiment_score
    from account_months
    inner join amounts
        on account_months.account_id = amounts.account_id
        and account_months.month_end = amounts.month_end
    left join rules on 1 = 1
    left join onboarding_paces
        on account_months.account_id = onboarding_paces.account_id
        and account_months.month_end = onboarding_paces.month_end
        and onboarding_paces.newest_first = 1
),

-- Nobody asks about what nobody uses: silence beside low adoption is no sign of good support.
judged as (
    select
        account_id,
        revenue_account_id,
        month_end,
        book_id,
        journey_id,
        arr,
        core_adoption_rate,
        adoption_rate,
        usage_trend,
        time_to_value_ratio,
        stakeholder_engagement_rate,
        executive_engagement,
        support_load,
        sentiment_score,
        coalesce(is_silent and coalesce(core_adoption_rate, adoption_rate) < silent_below, false)
            as is_silent_low_adoption
    from gathered
),

final as (
    select
        {{ surrogate_key(['account_id', 'month_end']) }} as health_input_id,
        account_id,
        revenue_account_id,
        month_end,
        cast(arr as decimal(28, 6)) as arr,
        cast(core_adoption_rate as decimal(18, 6)) as core_adoption_rate,
        cast(adoption_rate as decimal(18, 6)) as adoption_rate,
        cast(usage_trend as decimal(18, 6)) as usage_trend,
        cast(time_to_value_ratio as decimal(18, 6)) as time_to_value_ratio,
        cast(stakeholder_engagement_rate as decimal(18, 6)) as stakeholder_engagement_rate,
        cast(executive_engagement as decimal(18, 6)) as executive_engagement,
        cast(case when not is_silent_low_adoption then support_load end as decimal(18, 6)) as support_load,
        cast(sentiment_score as decimal(18, 6)) as sentiment_score,
        is_silent_low_adoption,
        book_id,
        journey_id
    from judged
)

select
    health_input_id,
    account_id,
    revenue_account_id,
    month_end,
    arr,
    core_adoption_rate,
    adoption_rate,
    usage_trend,
    time_to_value_ratio,
    stakeholder_engagement_rate,
    executive_engagement,
    support_load,
    sentiment_score,
    is_silent_low_adoption,
    book_id,
    journey_id
from final
