-- Grain: account that is a customer of its own right x closed month-end: the measures that the health score reads, as
-- they stood on that day. A measure that nobody can know is null, never zero.
with parameters as (
    select time_zone from {{ ref('stg_build__parameters') }}
),

rules as (
    select
        threshold as silent_below,
        coalesce(window_days, 0) as silent_days
    from {{ ref('stg_policy__warning_rules') }}
    where kind = 'silent_low_adoption'
),

connected as (
    select
        max(case when canonical_object = 'tickets' and is_connected then 1 else 0 end) as has_tickets,
        max(case when canonical_object = 'meetings' and is_connected then 1 else 0 end) as has_meetings
    from {{ ref('stg_build__sources') }}
),

account_months as (
    select
        account_id,
        revenue_account_id,
        month_end,
        book_id,
        journey_id
    from {{ ref('dim_account_month') }}
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

-- One row per account and month-end with service.
customers as (
    select
        account_months.account_id,
        account_months.month_end,
        account_months.revenue_account_id,
        account_months.book_id,
        account_months.journey_id,
        sum(lines.arr) as arr
    from account_months
    inner join lines
        on account_months.account_id = lines.account_id
        and account_months.month_end between lines.service_from and lines.service_to
    group by
        account_months.account_id,
        account_months.month_end,
        account_months.revenue_account_id,
        account_months.book_id,
        account_months.journey_id
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
        customers.account_id,
        customers.month_end,
        onboardings.target_days,
        case
            when first_values.first_value_on <= customers.month_end
                then {{ days_between('onboardings.contract_signed_on', 'first_values.first_value_on') }}
            when {{ days_between('onboardings.contract_signed_on', 'customers.month_end') }} > onboardings.target_days
                then {{ days_between('onboardings.contract_signed_on', 'customers.month_end') }}
        end as days_taken,
        row_number() over (
            partition by customers.account_id, customers.month_end
            order by onboardings.contract_signed_on desc, onboardings.onboarding_id desc
        ) as newest_first
    from customers
    inner join onboardings
        on customers.account_id = onboardings.account_id
        and onboardings.contract_signed_on <= customers.month_end
    left join first_values on onboardings.onboarding_id = first_values.onboarding_id
),

contacts as (
    select
        contact_id,
        account_id,
        role,
        coalesce(from_on, {{ far_past() }}) as from_on,
        coalesce(left_on, {{ far_future() }}) as left_on
    from {{ ref('int_contacts_unioned') }}
    where role in ('sponsor', 'champion', 'technical')
),

attended as (
    select
        meetings.account_id,
        meetings.contact_id,
        {{ business_date('meetings.held_at', 'parameters.time_zone') }} as held_on
    from {{ ref('int_meetings_unioned') }} as meetings
    cross join parameters
    where coalesce(meetings.attended, true)
),

-- One row per key contact of the day.
key_contacts as (
    select
        customers.account_id,
        customers.month_end,
        contacts.contact_id,
        contacts.role,
        max(case when attended.held_on is not null then 1 else 0 end) as is_engaged
    from customers
    inner join contacts
        on customers.account_id = contacts.account_id
        and contacts.from_on <= customers.month_end
        and contacts.left_on > customers.month_end
    left join attended
        on contacts.account_id = attended.account_id
        and contacts.contact_id = attended.contact_id
        and attended.held_on <= customers.month_end
        and attended.held_on > {{ add_days('customers.month_end', -90) }}
    group by customers.account_id, customers.month_end, contacts.contact_id, contacts.role
),

engagement as (
    select
        account_id,
        month_end,
        sum(is_engaged) as engaged_contacts,
        count(*) as key_contacts,
        max(case when role = 'sponsor' then is_engaged end) as executive_engagement
    from key_contacts
    group by account_id, month_end
),

tickets as (
    select
        tickets.account_id,
        tickets.ticket_id,
        tickets.priority,
        {{ business_date('tickets.opened_at', 'parameters.time_zone') }} as opened_on,
        {{ business_date('tickets.solved_at', 'parameters.time_zone') }} as solved_on
    from {{ ref('int_tickets_unioned') }} as tickets
    cross join parameters
),

support as (
    select
        customers.account_id,
        customers.month_end,
        sum(case when tickets.solved_on is null or tickets.solved_on > customers.month_end then 1 else 0 end) as open_tickets,
        sum(
            case
                when tickets.priority = 'urgent' and tickets.opened_on > {{ add_days('customers.month_end', -30) }} then 1
                else 0
            end
        ) as urgent_tickets,
        max(tickets.opened_on) as last_opened_on
    from customers
    inner join tickets
        on customers.account_id = tickets.account_id
        and tickets.opened_on <= customers.month_end
    group by customers.account_id, customers.month_end
),

surveys as (
    select
        surveys.account_id,
        surveys.score,
        {{ business_date('surveys.responded_at', 'parameters.time_zone') }} as responded_on
    from {{ ref('int_surveys_unioned') }} as surveys
    cross join parameters
    where surveys.kind = 'nps'
),

sentiment as (
    select
        customers.account_id,
        customers.month_end,
        sum(surveys.score) as score_sum,
        count(*) as answers
    from customers
    inner join surveys
        on customers.account_id = surveys.account_id
        and surveys.responded_on <= customers.month_end
        and surveys.responded_on > {{ month_end_before('customers.month_end', 12) }}
    group by customers.account_id, customers.month_end
),

gathered as (
    select
        customers.account_id,
        customers.revenue_account_id,
        customers.month_end,
        customers.book_id,
        customers.journey_id,
        customers.arr,
        cast(null as decimal(18, 6)) as core_adoption_rate,
        cast(null as decimal(18, 6)) as adoption_rate,
        cast(null as decimal(18, 6)) as usage_trend,
        onboarding_paces.days_taken / nullif(onboarding_paces.target_days, 0) as time_to_value_ratio,
        case
            when connected.has_meetings = 1 then engagement.engaged_contacts / nullif(engagement.key_contacts, 0)
        end as stakeholder_engagement_rate,
        case when connected.has_meetings = 1 then engagement.executive_engagement end as executive_engagement,
        case
            when connected.has_tickets = 1 then coalesce(support.open_tickets, 0) + coalesce(support.urgent_tickets, 0)
        end as support_load,
        connected.has_tickets = 1
        and coalesce(support.open_tickets, 0) = 0
        and (
            support.last_opened_on is null
            or support.last_opened_on <= {{ add_days('customers.month_end', '-rules.silent_days') }}
        ) as is_silent,
        rules.silent_below,
        sentiment.score_sum / nullif(sentiment.answers, 0) as sentiment_score
    from customers
    cross join connected
    left join rules on 1 = 1
    left join onboarding_paces
        on customers.account_id = onboarding_paces.account_id
        and customers.month_end = onboarding_paces.month_end
        and onboarding_paces.newest_first = 1
    left join engagement
        on customers.account_id = engagement.account_id
        and customers.month_end = engagement.month_end
    left join support
        on customers.account_id = support.account_id
        and customers.month_end = support.month_end
    left join sentiment
        on customers.account_id = sentiment.account_id
        and customers.month_end = sentiment.month_end
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
        coalesce(is_silent and coalesce(core_adoption_rate, adoption_rate) < silent_below, false) as is_silent_low_adoption
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
