-- Grain: warning: kind x subject x unbroken stretch of days on which its condition held. It opens once, on the first
-- day of the stretch, and closes on the first day after it: cured, churned with the account, or superseded by what
-- came next. It is raised when the day of opening is over, in the company's time zone, because a day is judged by its
-- end.
with parameters as (
    select
        as_of,
        time_zone
    from {{ ref('stg_build__parameters') }}
),

rules as (
    select
        kind,
        label,
        severity,
        response_hours as target_hours
    from {{ ref('stg_policy__warning_rules') }}
    where is_active
),

conditions as (
    select
        warning_condition_id,
        kind,
        subject_type,
        subject_id,
        account_id,
        from_on,
        case when to_on is null then {{ far_future() }} else {{ add_days('to_on', -1) }} end as last_on,
        end_reason,
        evidence,
        evidence_fact,
        evidence_id,
        source_row_hashes,
        needs_service
    from {{ ref('fct_warning_condition') }}
),

services as (
    select
        account_id,
        service_from,
        service_to
    from {{ ref('int_account_service_stretches') }}
),

-- A customer is warned about while it is one: a condition from before its service, or after it, does not count.
pieces as (
    select
        conditions.warning_condition_id,
        conditions.kind,
        conditions.subject_type,
        conditions.subject_id,
        conditions.account_id,
        {{ surrogate_key(['conditions.kind', 'conditions.subject_id']) }} as warning_key,
        greatest(conditions.from_on, services.service_from) as opened_on,
        least(conditions.last_on, services.service_to) as last_on,
        case
            when services.service_to <= conditions.last_on then 'churned'
            else conditions.end_reason
        end as end_reason,
        conditions.evidence,
        conditions.evidence_fact,
        conditions.evidence_id,
        conditions.source_row_hashes
    from conditions
    inner join services
        on conditions.account_id = services.account_id
        and conditions.from_on <= services.service_to
        and conditions.last_on >= services.service_from
    where conditions.needs_service

    union all

    select
        conditions.warning_condition_id,
        conditions.kind,
        conditions.subject_type,
        conditions.subject_id,
        conditions.account_id,
        {{ surrogate_key(['conditions.kind', 'conditions.subject_id']) }} as warning_key,
        conditions.from_on as opened_on,
        conditions.last_on,
        conditions.end_reason,
        conditions.evidence,
        conditions.evidence_fact,
        conditions.evidence_id,
        conditions.source_row_hashes
    from conditions
    where not conditions.needs_service
),

episodes as (
    {{ merged_periods('pieces', key='warning_key', first_day='opened_on', last_day='last_on') }}
),

openings as (
    select
        warning_key,
        opened_on,
        kind,
        subject_type,
        subject_id,
        account_id,
        evidence,
        evidence_fact,
        evidence_id,
        source_row_hashes,
        row_number() over (partition by warning_key, opened_on order by last_on desc, warning_condition_id) as choice
    from pieces
),

endings as (
    select
        warning_key,
        last_on,
        min(end_reason) as end_reason
    from pieces
    group by warning_key, last_on
),

raised as (
    select
        openings.kind,
        rules.label,
        rules.severity,
        openings.subject_type,
        openings.subject_id,
        openings.account_id,
        episodes.opened_on,
        {{ start_of_day(add_days('episodes.opened_on', 1), 'parameters.time_zone') }} as raised_at,
        {{ start_of_day(add_days('parameters.as_of', 1), 'parameters.time_zone') }} as seen_until_at,
        case when episodes.last_on < parameters.as_of then {{ add_days('episodes.last_on', 1) }} end as closed_on,
        case when episodes.last_on < parameters.as_of then coalesce(endings.end_reason, 'cured') end as close_reason,
        least({{ add_days('episodes.last_on', 1) }}, parameters.as_of) as open_until_on,
        openings.evidence,
        openings.evidence_fact,
        openings.evidence_id,
        openings.source_row_hashes,
        rules.target_hours
    from episodes
    inner join openings
        on episodes.warning_key = openings.warning_key
        and episodes.opened_on = openings.opened_on
        and openings.choice = 1
    inner join endings
        on episodes.warning_key = endings.warning_key
        and episodes.last_on = endings.last_on
    inner join rules on openings.kind = rules.kind
    inner join parameters on episodes.opened_on <= parameters.as_of
),

accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

books as (
    select
        account_id,
        book_id,
        valid_from,
        valid_to,
        csm,
        csm_email
    from {{ ref('dim_account_history') }}
),

journeys as (
    select
        account_id,
        journey_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_journey') }}
),

people as (
    select
        email,
        display_name,
        manager_email
    from {{ ref('int_people') }}
),

lines as (
    select
        account_id,
        service_from,
        service_to,
        arr
    from {{ ref('int_arr_lines') }}
),

contacts_logged as (
    select
        account_id,
        held_at
    from {{ ref('int_meetings_unioned') }}
    where coalesce(attended, true)
),

-- One row per warning: every join below but this one keeps the grain.
amounts as (
    select
        raised.kind,
        raised.subject_id,
        raised.opened_on,
        sum(lines.arr) as arr_at_risk
    from raised
    inner join lines
        on raised.account_id = lines.account_id
        and raised.opened_on between lines.service_from and lines.service_to
    group by raised.kind, raised.subject_id, raised.opened_on
),

responses as (
    select
        raised.kind,
        raised.subject_id,
        raised.opened_on,
        min(contacts_logged.held_at) as responded_at
    from raised
    inner join contacts_logged
        on raised.account_id = contacts_logged.account_id
        and contacts_logged.held_at >= raised.raised_at
        and contacts_logged.held_at < raised.seen_until_at
    group by raised.kind, raised.subject_id, raised.opened_on
),

joined as (
    select
        raised.kind,
        raised.label,
        raised.severity,
        raised.subject_type,
        raised.subject_id,
        raised.account_id,
        accounts.revenue_account_id,
        raised.opened_on,
        raised.raised_at,
        raised.closed_on,
        raised.close_reason,
        {{ days_between('raised.opened_on', 'raised.open_until_on') }} as days_open,
        books.csm as owner,
        books.csm_email as owner_email,
        coalesce(managers.display_name, 'unassigned') as manager,
        coalesce(amounts.arr_at_risk, 0) as arr_at_risk,
        raised.evidence,
        raised.evidence_fact,
        raised.evidence_id,
        raised.source_row_hashes,
        raised.target_hours,
        {{ dbt.dateadd('hour', 'raised.target_hours', 'raised.raised_at') }} as response_due_at,
        raised.seen_until_at,
        responses.responded_at,
        books.book_id,
        journeys.journey_id
    from raised
    inner join accounts on raised.account_id = accounts.account_id
    inner join books
        on raised.account_id = books.account_id
        and raised.opened_on between books.valid_from and books.valid_to
    inner join journeys
        on raised.account_id = journeys.account_id
        and raised.opened_on between journeys.valid_from and journeys.valid_to
    left join people as owners on books.csm_email = owners.email
    left join people as managers on owners.manager_email = managers.email
    left join amounts
        on raised.kind = amounts.kind
        and raised.subject_id = amounts.subject_id
        and raised.opened_on = amounts.opened_on
    left join responses
        on raised.kind = responses.kind
        and raised.subject_id = responses.subject_id
        and raised.opened_on = responses.opened_on
),

final as (
    select
        {{ surrogate_key(['kind', 'subject_id', 'opened_on']) }} as warning_id,
        kind,
        label,
        severity,
        subject_type,
        subject_id,
        account_id,
        revenue_account_id,
        opened_on,
        raised_at,
        closed_on,
        close_reason,
        closed_on is null as is_open,
        days_open,
        owner,
        owner_email,
        manager,
        cast(arr_at_risk as decimal(28, 6)) as arr_at_risk,
        evidence,
        evidence_fact,
        evidence_id,
        response_due_at,
        response_due_at <= seen_until_at as is_response_due,
        responded_at,
        cast({{ seconds_between('raised_at', 'responded_at') }} / 3600.0 as decimal(18, 4)) as response_hours,
        responded_at is not null and responded_at <= response_due_at as is_response_on_time,
        source_row_hashes,
        book_id,
        journey_id
    from joined
)

select
    warning_id,
    kind,
    label,
    severity,
    subject_type,
    subject_id,
    account_id,
    revenue_account_id,
    opened_on,
    raised_at,
    closed_on,
    close_reason,
    is_open,
    days_open,
    owner,
    owner_email,
    manager,
    arr_at_risk,
    evidence,
    evidence_fact,
    evidence_id,
    response_due_at,
    is_response_due,
    responded_at,
    response_hours,
    is_response_on_time,
    source_row_hashes,
    book_id,
    journey_id
from final
