-- Grain: handoff made by `as_of`, and handoff that was due by `as_of` and never came (`is_missing`).
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

seen as (
    select
        handoff_id,
        account_id,
        kind,
        handed_off_on,
        from_email,
        to_email,
        onboarding_id,
        due_on,
        handoff_number,
        source_row_hashes
    from {{ ref('int_handoffs_seen') }}
),

due_events as (
    select
        onboarding_id,
        kind,
        account_id,
        due_on,
        owner_email,
        source_row_hashes
    from {{ ref('int_handoff_due_events') }}
),

connected as (
    select distinct canonical_object
    from {{ ref('stg_build__sources') }}
    where canonical_object = 'handoffs' and is_connected
),

scores as (
    select
        handoff_id,
        sum(case when is_required then 1 else 0 end) as required_fields,
        sum(case when is_required and is_filled then 1 else 0 end) as filled_fields
    from {{ ref('int_handoff_fields') }}
    group by handoff_id
),

bands as (
    select
        band,
        completeness_from,
        lead(completeness_from) over (order by completeness_from) as completeness_below
    from {{ ref('stg_policy__handoff_bands') }}
),

accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

people as (
    select
        email,
        display_name
    from {{ ref('int_people') }}
),

person_periods as (
    select
        email,
        team,
        valid_from,
        valid_to
    from {{ ref('int_person_periods') }}
),

books as (
    select
        account_id,
        book_id,
        valid_from,
        valid_to,
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

-- A handoff that never came is only missed where handoffs are recorded at all.
missing as (
    select
        due_events.account_id,
        due_events.kind,
        due_events.onboarding_id,
        due_events.due_on,
        due_events.owner_email,
        due_events.source_row_hashes
    from due_events
    inner join parameters on due_events.due_on <= parameters.as_of
    cross join connected
    left join seen
        on due_events.onboarding_id = seen.onboarding_id
        and due_events.kind = seen.kind
    where seen.handoff_id is null
),

gathered as (
    select
        {{ surrogate_key(['seen.handoff_id']) }} as handoff_key,
        seen.handoff_id,
        seen.account_id,
        seen.kind,
        seen.onboarding_id,
        seen.due_on,
        seen.handed_off_on,
        false as is_missing,
        seen.handoff_number > 1 as is_repeat,
        seen.from_email,
        seen.to_email,
        nullif(scores.required_fields, 0) as required_fields,
        case when scores.required_fields > 0 then scores.filled_fields end as filled_fields,
        coalesce(seen.due_on, seen.handed_off_on) as anchor_on,
        seen.source_row_hashes
    from seen
    left join scores on seen.handoff_id = scores.handoff_id

    union all

    select
        {{ surrogate_key(['missing.onboarding_id', 'missing.kind']) }} as handoff_key,
        cast(null as {{ dbt.type_string() }}) as handoff_id,
        missing.account_id,
        missing.kind,
        missing.onboarding_id,
        missing.due_on,
        cast(null as date) as handed_off_on,
        true as is_missing,
        false as is_repeat,
        cast(null as {{ dbt.type_string() }}) as from_email,
        -- Who should have received it: at the signature the onboarding's owner, later the customer success manager.
        case when missing.kind = 'sales_to_onboarding' then missing.owner_email else books.csm_email end as to_email,
        cast(null as bigint) as required_fields,
        cast(null as bigint) as filled_fields,
        missing.due_on as anchor_on,
        missing.source_row_hashes
    from missing
    inner join books
        on missing.account_id = books.account_id
        and missing.due_on between books.valid_from and books.valid_to
),

shared as (
    select
        handoff_key,
        cast(cast(filled_fields as decimal(18, 6)) / required_fields as decimal(18, 6)) as completeness_share
    from gathered
),

-- One row each: bands do not overlap, a person and an account have one period on a day.
final as (
    select
        gathered.handoff_key,
        gathered.handoff_id,
        gathered.account_id,
        accounts.revenue_account_id,
        gathered.onboarding_id,
        gathered.kind,
        gathered.due_on,
        gathered.handed_off_on,
        {{ days_between('gathered.due_on', 'gathered.handed_off_on') }} as days_from_due,
        gathered.is_missing,
        gathered.is_repeat,
        coalesce(gathered.due_on <= parameters.as_of and not gathered.is_repeat, false) as is_due,
        -- Null without a due day, and for what follows a first handoff.
        case
            when gathered.is_missing then false
            when not gathered.is_repeat then gathered.handed_off_on <= gathered.due_on
        end as is_on_time,
        cast(gathered.required_fields as integer) as required_fields,
        cast(gathered.filled_fields as integer) as filled_fields,
        shared.completeness_share,
        case
            when gathered.is_missing then 'missing'
            else coalesce(bands.band, 'not_scored')
        end as completeness_band,
        case
            when gathered.is_missing then false
            else gathered.filled_fields = gathered.required_fields
        end as is_complete,
        senders.display_name as from_person,
        case when not gathered.is_missing then coalesce(sender_periods.team, 'unassigned') end as from_team,
        case when not gathered.is_missing then receivers.display_name end as to_person,
        coalesce(receivers.display_name, 'unassigned') as owner,
        gathered.to_email as owner_email,
        coalesce(person_periods.team, 'unassigned') as owner_team,
        books.book_id,
        journeys.journey_id,
        gathered.source_row_hashes
    from gathered
    cross join parameters
    inner join shared on gathered.handoff_key = shared.handoff_key
    inner join accounts on gathered.account_id = accounts.account_id
    inner join books
        on gathered.account_id = books.account_id
        and gathered.anchor_on between books.valid_from and books.valid_to
    inner join journeys
        on gathered.account_id = journeys.account_id
        and gathered.anchor_on between journeys.valid_from and journeys.valid_to
    left join bands
        on shared.completeness_share >= bands.completeness_from
        and (shared.completeness_share < bands.completeness_below or bands.completeness_below is null)
    left join people as senders on gathered.from_email = senders.email
    left join person_periods as sender_periods
        on gathered.from_email = sender_periods.email
        and gathered.handed_off_on between sender_periods.valid_from and sender_periods.valid_to
    left join people as receivers on gathered.to_email = receivers.email
    left join person_periods
        on gathered.to_email = person_periods.email
        and gathered.anchor_on between person_periods.valid_from and person_periods.valid_to
)

select
    handoff_key,
    handoff_id,
    account_id,
    revenue_account_id,
    onboarding_id,
    kind,
    due_on,
    handed_off_on,
    days_from_due,
    is_missing,
    is_repeat,
    is_due,
    is_on_time,
    required_fields,
    filled_fields,
    completeness_share,
    completeness_band,
    is_complete,
    from_person,
    from_team,
    to_person,
    owner,
    owner_email,
    owner_team,
    book_id,
    journey_id,
    source_row_hashes
from final
