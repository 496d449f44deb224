-- Grain: account x closed month since its own first contract: use, adoption, relationships, cadence, support and
-- sentiment as they stood on the last day of the month. What is not connected is null, never zero.
with connected as (
    select
        max(case when canonical_object = 'usage_events' and is_connected then 1 else 0 end) = 1 as has_usage_events,
        max(case when canonical_object = 'contacts' and is_connected then 1 else 0 end) = 1 as has_contacts,
        max(case when canonical_object = 'meetings' and is_connected then 1 else 0 end) = 1 as has_meetings,
        max(case when canonical_object = 'tickets' and is_connected then 1 else 0 end) = 1 as has_tickets,
        max(case when canonical_object = 'surveys' and is_connected then 1 else 0 end) = 1 as has_surveys
    from {{ ref('stg_build__sources') }}
),

account_months as (
    select
        account_id,
        revenue_account_id,
        month_end,
        is_customer,
        book_id
    from {{ ref('int_account_months') }}
),

journeys as (
    select
        journey_id,
        account_id,
        valid_from,
        valid_to,
        lifecycle_stage
    from {{ ref('dim_account_journey') }}
),

usage_months as (
    select
        account_id,
        month_end,
        meaningful_events,
        recent_events,
        baseline_events,
        usage_trend,
        active_users,
        weeks_in_a_row
    from {{ ref('int_account_usage_months') }}
),

features as (
    select
        account_id,
        month_end,
        count(*) as features_purchased,
        sum(case when is_used then 1 else 0 end) as features_used,
        sum(case when is_core then 1 else 0 end) as core_features_purchased,
        sum(case when is_core and is_used then 1 else 0 end) as core_features_used
    from {{ ref('int_account_feature_months') }}
    group by account_id, month_end
),

relationships as (
    select
        account_id,
        month_end,
        key_contacts,
        key_contacts_engaged,
        has_sponsor,
        has_sponsor_engaged,
        last_contact_on
    from {{ ref('int_account_relationship_months') }}
),

cadence as (
    select
        account_id,
        month_end,
        count(*) as cadence_due,
        sum(case when is_kept then 1 else 0 end) as cadence_kept
    from {{ ref('int_account_cadence_touches') }}
    group by account_id, month_end
),

support as (
    select
        account_id,
        month_end,
        open_tickets,
        tickets_opened,
        urgent_tickets,
        tickets_solved,
        resolution_hours,
        last_ticket_on
    from {{ ref('int_account_support_months') }}
),

sentiment as (
    select
        account_id,
        month_end,
        nps_responses_12m,
        nps_score_sum_12m,
        csat_responses_12m,
        csat_score_sum_12m
    from {{ ref('int_account_survey_months') }}
),

adoption_rules as (
    select
        stage,
        coalesce(active_weeks, 0) as active_weeks,
        coalesce(adoption_rate_from, 0) as adoption_rate_from,
        row_number() over (
            order by coalesce(active_weeks, 0), coalesce(adoption_rate_from, 0), stage
        ) as stage_rank
    from {{ ref('stg_policy__adoption_stages') }}
),

-- One row per account and month: every relation is unique by them, and one journey holds a day.
joined as (
    select
        account_months.account_id,
        account_months.revenue_account_id,
        account_months.month_end,
        account_months.is_customer,
        account_months.book_id,
        journeys.journey_id,
        journeys.lifecycle_stage,
        connected.has_usage_events,
        connected.has_contacts,
        connected.has_meetings,
        connected.has_tickets,
        connected.has_surveys,
        usage_months.meaningful_events,
        usage_months.recent_events,
        usage_months.baseline_events,
        usage_months.usage_trend,
        usage_months.active_users,
        usage_months.weeks_in_a_row,
        features.features_purchased,
        features.features_used,
        features.core_features_purchased,
        features.core_features_used,
        cast(features.features_used as decimal(18, 6)) / nullif(features.features_purchased, 0) as adoption_rate,
        cast(features.core_features_used as decimal(18, 6))
        / nullif(features.core_features_purchased, 0) as core_adoption_rate,
        relationships.key_contacts,
        relationships.key_contacts_engaged,
        relationships.has_sponsor,
        relationships.has_sponsor_engaged,
        relationships.last_contact_on,
        cadence.cadence_due,
        cadence.cadence_kept,
        support.open_tickets,
        support.tickets_opened,
        support.urgent_tickets,
        support.tickets_solved,
        support.resolution_hours,
        support.last_ticket_on,
        sentiment.nps_responses_12m,
        sentiment.nps_score_sum_12m,
        sentiment.csat_responses_12m,
        sentiment.csat_score_sum_12m
    from account_months
    cross join connected
    inner join journeys
        on account_months.account_id = journeys.account_id
        and account_months.month_end between journeys.valid_from and journeys.valid_to
    inner join usage_months
        on account_months.account_id = usage_months.account_id
        and account_months.month_end = usage_months.month_end
    inner join relationships
        on account_months.account_id = relationships.account_id
        and account_months.month_end = relationships.month_end
    inner join support
        on account_months.account_id = support.account_id
        and account_months.month_end = support.month_end
    left join features
        on account_months.account_id = features.account_id
        and account_months.month_end = features.month_end
    left join cadence
        on account_months.account_id = cadence.account_id
        and account_months.month_end = cadence.month_end
    left join sentiment
        on account_months.account_id = sentiment.account_id
        and account_months.month_end = sentiment.month_end
),

-- The highest stage whose conditions hold.
adoption_ranks as (
    select
        joined.account_id,
        joined.month_end,
        max(adoption_rules.stage_rank) as stage_rank
    from joined
    inner join adoption_rules
        on joined.weeks_in_a_row >= adoption_rules.active_weeks
        and coalesce(joined.adoption_rate, 0) >= adoption_rules.adoption_rate_from
    where joined.is_customer and joined.has_usage_events
    group by joined.account_id, joined.month_end
),

adoption_stages as (
    select
        adoption_ranks.account_id,
        adoption_ranks.month_end,
        adoption_rules.stage
    from adoption_ranks
    inner join adoption_rules on adoption_ranks.stage_rank = adoption_rules.stage_rank
),

final as (
    select
        {{ surrogate_key(['joined.account_id', 'joined.month_end']) }} as account_month_id,
        joined.account_id,
        joined.revenue_account_id,
        joined.month_end,
        joined.is_customer,
        joined.lifecycle_stage,
        adoption_stages.stage as adoption_stage,
        case when joined.has_usage_events then joined.active_users end as active_users,
        case when joined.has_usage_events then joined.meaningful_events end as meaningful_events,
        case when joined.has_usage_events then joined.recent_events end as recent_events,
        case when joined.has_usage_events then joined.baseline_events end as baseline_events,
        case when joined.has_usage_events then joined.usage_trend end as usage_trend,
        case when joined.has_usage_events then joined.weeks_in_a_row end as weeks_in_a_row,
        cast(joined.features_purchased as integer) as features_purchased,
        cast(case when joined.has_usage_events then joined.features_used end as integer) as features_used,
        cast(case when joined.has_usage_events then joined.adoption_rate end as decimal(18, 6)) as adoption_rate,
        cast(joined.core_features_purchased as integer) as core_features_purchased,
        cast(case when joined.has_usage_events then joined.core_features_used end as integer) as core_features_used,
        cast(case when joined.has_usage_events then joined.core_adoption_rate end as decimal(18, 6))
            as core_adoption_rate,
        case when joined.has_contacts then joined.key_contacts end as key_contacts,
        case
            when joined.has_contacts and joined.has_meetings then joined.key_contacts_engaged
        end as key_contacts_engaged,
        case when joined.has_contacts then joined.has_sponsor end as has_sponsor,
        case when joined.has_meetings then joined.has_sponsor_engaged end as has_sponsor_engaged_90d,
        joined.last_contact_on,
        cast(case when joined.has_meetings then coalesce(joined.cadence_due, 0) end as integer) as cadence_due,
        cast(case when joined.has_meetings then coalesce(joined.cadence_kept, 0) end as integer) as cadence_kept,
        case when joined.has_tickets then joined.open_tickets end as open_tickets,
        case when joined.has_tickets then joined.tickets_opened end as tickets_opened,
        case when joined.has_tickets then joined.urgent_tickets end as urgent_tickets,
        case when joined.has_tickets then joined.tickets_solved end as tickets_solved,
        joined.resolution_hours,
        joined.last_ticket_on,
        {%- for kind in ['nps', 'csat'] %}
        cast(
            case when joined.has_surveys then coalesce(joined.{{ kind }}_responses_12m, 0) end as integer
        ) as {{ kind }}_responses_12m,
        cast(
            joined.{{ kind }}_score_sum_12m / nullif(joined.{{ kind }}_responses_12m, 0) as decimal(18, 6)
        ) as {{ kind }}_score_12m,
        {%- endfor %}
        joined.book_id,
        joined.journey_id
    from joined
    left join adoption_stages
        on joined.account_id = adoption_stages.account_id
        and joined.month_end = adoption_stages.month_end
)

select
    account_month_id,
    account_id,
    revenue_account_id,
    month_end,
    is_customer,
    lifecycle_stage,
    adoption_stage,
    active_users,
    meaningful_events,
    recent_events,
    baseline_events,
    usage_trend,
    weeks_in_a_row,
    features_purchased,
    features_used,
    adoption_rate,
    core_features_purchased,
    core_features_used,
    core_adoption_rate,
    key_contacts,
    key_contacts_engaged,
    has_sponsor,
    has_sponsor_engaged_90d,
    last_contact_on,
    cadence_due,
    cadence_kept,
    open_tickets,
    tickets_opened,
    urgent_tickets,
    tickets_solved,
    resolution_hours,
    last_ticket_on,
    nps_responses_12m,
    nps_score_12m,
    csat_responses_12m,
    csat_score_12m,
    book_id,
    journey_id
from final
