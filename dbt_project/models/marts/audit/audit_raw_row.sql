{{ config(alias='raw_row') }}

{%- set facts = facts_with_sources() -%}
{%- for fact in facts -%}{%- do ref(fact) -%}{%- endfor -%}
{%- for helper in ['int_family_staff', 'int_account_hierarchy', 'int_onboardings_unioned'] -%}
    {%- do ref(helper) -%}
{%- endfor -%}
{%- set text = dbt.type_string() -%}
{%- set lineage = [
    'source_name',
    'source_connector',
    'source_object',
    'canonical_object',
    'record_id',
    'source_file',
    'row_from',
    'row_to',
    'row_count',
    'load_id',
    'known_at',
    'row_hash',
] -%}

with parameters as (

    select known_at from {{ ref('stg_build__parameters') }}

),

raw_rows as (

    select
        {{ select_columns(lineage) }},
        fate,
        unused_reason
    from {{ ref('int_raw_rows') }}

),

record_rows as (

    select
        canonical_object,
        revenue_account_id,
        emails,
        is_seen,
        load_id,
        source_object,
        row_from
    from {{ ref('int_record_sources') }}

),

usage_days as (

    select
        ranges.load_id,
        ranges.is_seen,
        ranges.row_from,
        ranges.row_to,
        ranges.row_count,
        accounts.revenue_account_id
    from {{ ref('int_usage_event_ranges') }} as ranges
    inner join {{ ref('int_account_hierarchy') }} as accounts
        on ranges.account_id = accounts.account_id

),

orphans as (

    select
        load_id,
        source_object,
        source_row_number as row_from,
        fault,
        is_usable
    from {{ ref('int_orphan_rows') }}

),

-- whose rows of which objects stand behind the facts of this build
reached as (
    {% if execute -%}
    {%- for fact in facts %}
    {{ reached_sources(fact) }}
    {%- if not loop.last %}

    union
    {% endif -%}
    {% endfor %}
    {%- endif %}

),

named_people as (

    select
        canonical_object,
        {{ split_list('emails') }} as email,
        load_id,
        source_object,
        row_from
    from record_rows
    where emails <> '' and is_seen

),

used as (

    select
        record_rows.load_id,
        record_rows.source_object,
        record_rows.row_from
    from record_rows
    inner join reached
        on record_rows.canonical_object = reached.canonical_object
        and record_rows.revenue_account_id = reached.scope_id
    where reached.scope = 'family' and record_rows.is_seen

    union

    select
        record_rows.load_id,
        record_rows.source_object,
        record_rows.row_from
    from record_rows
    inner join reached
        on record_rows.canonical_object = reached.canonical_object
    where reached.scope = 'company' and record_rows.is_seen

    union

    select
        named_people.load_id,
        named_people.source_object,
        named_people.row_from
    from named_people
    inner join reached
        on named_people.canonical_object = reached.canonical_object
        and named_people.email = reached.scope_id
    where reached.scope = 'person'

    union

    select
        raw_rows.load_id,
        raw_rows.source_object,
        raw_rows.row_from
    from raw_rows
    inner join reached
        on raw_rows.row_hash = reached.scope_id
    where reached.scope = 'record' and raw_rows.fate = 'kept'

    union

    select
        raw_rows.load_id,
        raw_rows.source_object,
        raw_rows.row_from
    from raw_rows
    inner join reached
        on raw_rows.canonical_object = reached.canonical_object
    where reached.scope = 'company' and raw_rows.fate = 'kept' and raw_rows.source_connector = 'policy'

),

-- rows of records of a day after `as_of` alone
unseen as (

    select
        load_id,
        source_object,
        row_from
    from record_rows
    group by load_id, source_object, row_from
    having not max(is_seen)

),

judged_rows as (

    select
        {{ select_columns(lineage, 'raw_rows') }},
        case
            when raw_rows.fate = 'late' then 'late'
            when raw_rows.fate = 'withdrawal' then 'withdrawal'
            when raw_rows.fate in ('withdrawn', 'deleted') then 'withdrawn'
            when raw_rows.fate = 'superseded' then 'superseded'
            when used.load_id is not null then 'used'
            when not orphans.is_usable then 'quarantined'
            else 'unused'
        end as disposition,
        case
            when raw_rows.fate = 'late' then 'it arrived after known_at'
            when raw_rows.fate = 'withdrawal' then 'written by the loader: the record is no longer in its file'
            when raw_rows.fate = 'withdrawn' then 'the record is no longer in its file'
            when raw_rows.fate = 'deleted' then 'the source says that the record was deleted'
            when raw_rows.fate = 'superseded' then 'a later version of the record counts'
            when used.load_id is not null then cast(null as {{ text }})
            when not orphans.is_usable then orphans.fault
            when unseen.load_id is not null then 'it is about a day after as_of'
            else coalesce(raw_rows.unused_reason, 'no fact of this build is about its account or person')
        end as reason
    from raw_rows
    left join used
        on raw_rows.load_id = used.load_id
        and raw_rows.source_object = used.source_object
        and raw_rows.row_from = used.row_from
    left join orphans
        on raw_rows.load_id = orphans.load_id
        and raw_rows.source_object = orphans.source_object
        and raw_rows.row_from = orphans.row_from
    left join unseen
        on raw_rows.load_id = unseen.load_id
        and raw_rows.source_object = unseen.source_object
        and raw_rows.row_from = unseen.row_from
    where raw_rows.fate <> 'counted'

),

reached_usage as (

    select distinct scope_id as revenue_account_id
    from reached
    where scope = 'family' and canonical_object = 'usage_events'

),

-- events by load: those that count, by day and account, and those set apart
judged_events as (

    select
        usage_days.load_id,
        case
            when not usage_days.is_seen or reached_usage.revenue_account_id is null then 'unused'
            else 'used'
        end as disposition,
        case
            when not usage_days.is_seen then 'it is about a day after as_of'
            when reached_usage.revenue_account_id is null then 'no fact of this build is about its account or person'
        end as reason,
        usage_days.row_from,
        usage_days.row_to,
        usage_days.row_count
    from usage_days
    left join reached_usage
        on usage_days.revenue_account_id = reached_usage.revenue_account_id

    union all

    select
        orphans.load_id,
        'quarantined' as disposition,
        orphans.fault as reason,
        orphans.row_from,
        orphans.row_from as row_to,
        cast(1 as bigint) as row_count
    from orphans
    where not orphans.is_usable

),

counted_loads as (

    select
        {{ select_columns(lineage) }}
    from raw_rows
    where fate = 'counted'

),

events_by_load as (

    select
        judged_events.load_id,
        judged_events.disposition,
        judged_events.reason,
        min(judged_events.row_from) as row_from,
        max(judged_events.row_to) as row_to,
        cast(sum(judged_events.row_count) as bigint) as row_count
    from judged_events
    inner join counted_loads
        on judged_events.load_id = counted_loads.load_id
    group by judged_events.load_id, judged_events.disposition, judged_events.reason

),

accounted_events as (

    select
        load_id,
        cast(sum(row_count) as bigint) as row_count
    from events_by_load
    group by load_id

),

events as (

    select
        {{ select_columns(lineage[:6], 'counted_loads') }},
        events_by_load.row_from,
        events_by_load.row_to,
        events_by_load.row_count,
        {{ select_columns(lineage[9:], 'counted_loads') }},
        events_by_load.disposition,
        events_by_load.reason
    from counted_loads
    inner join events_by_load
        on counted_loads.load_id = events_by_load.load_id

    union all

    -- what is left of a load are versions of events of which another counts
    select
        {{ select_columns(lineage[:6], 'counted_loads') }},
        counted_loads.row_from,
        counted_loads.row_to,
        counted_loads.row_count - coalesce(accounted_events.row_count, 0) as row_count,
        {{ select_columns(lineage[9:], 'counted_loads') }},
        'superseded' as disposition,
        'a later version of the event, or its withdrawal, counts' as reason
    from counted_loads
    left join accounted_events
        on counted_loads.load_id = accounted_events.load_id
    where counted_loads.row_count > coalesce(accounted_events.row_count, 0)

),

-- rows that never reached the raw zone
rejected as (

    select
        quarantine.source as source_name,
        quarantine.connector as source_connector,
        quarantine.object as source_object,
        cast(null as {{ text }}) as canonical_object,
        cast(null as {{ text }}) as record_id,
        quarantine.file as source_file,
        quarantine.row_number as row_from,
        quarantine.row_number as row_to,
        cast(1 as bigint) as row_count,
        quarantine.load_id,
        quarantine.known_at,
        quarantine.row_hash,
        case when quarantine.known_at <= parameters.known_at then 'quarantined' else 'late' end as disposition,
        case
            when quarantine.known_at <= parameters.known_at then quarantine.reason
            else 'it arrived after known_at'
        end as reason
    from {{ ref('stg_raw_zone__quarantine') }} as quarantine
    cross join parameters
    where quarantine.row_number is not null

),

repeated as (

    select
        loads.source as source_name,
        loads.connector as source_connector,
        loads.object as source_object,
        cast(null as {{ text }}) as canonical_object,
        cast(null as {{ text }}) as record_id,
        loads.file as source_file,
        cast(null as bigint) as row_from,
        cast(null as bigint) as row_to,
        loads.rows_duplicate as row_count,
        loads.load_id,
        loads.known_at,
        cast(null as {{ text }}) as row_hash,
        'duplicate' as disposition,
        case
            when loads.status = 'duplicate_file' then 'the same bytes were loaded before'
            else 'an equal row was loaded before, or stands in the same file'
        end as reason
    from {{ ref('stg_raw_zone__loads') }} as loads
    where loads.rows_duplicate > 0

),

final as (

    select
        {{ select_columns(lineage) }},
        disposition,
        reason
    from judged_rows

    union all

    select
        {{ select_columns(lineage) }},
        disposition,
        reason
    from events

    union all

    select
        {{ select_columns(lineage) }},
        disposition,
        reason
    from rejected

    union all

    select
        {{ select_columns(lineage) }},
        disposition,
        reason
    from repeated

)

select
    load_id,
    source_name as source,
    source_connector as connector,
    source_object as object,
    canonical_object,
    record_id,
    source_file as file,
    row_from,
    row_to,
    row_count,
    row_hash,
    known_at,
    disposition,
    reason
from final
