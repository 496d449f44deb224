{%- set lineage = ['source_name', 'source_object', 'source_file', 'load_id'] -%}

-- Grain: scope (a person, the company, its calendar) x canonical object x load and file: the rows of the file between
-- which the scope's rows lie. What depends on a person's or the whole company's rows names these ranges, because one
-- name per row would repeat the raw zone in every fact.
with record_rows as (

    select distinct
        canonical_object,
        {{ select_columns(lineage) }},
        row_from as row_number,
        row_hash
    from {{ ref('int_record_sources') }}
    where is_seen

),

policy_rows as (

    select
        canonical_object,
        {{ select_columns(lineage) }},
        row_from as row_number,
        row_hash
    from {{ ref('int_raw_rows') }}
    where fate = 'kept' and source_connector = 'policy'

),

named_people as (

    select
        canonical_object,
        {{ split_list('emails') }} as email,
        {{ select_columns(lineage) }},
        row_from as row_number,
        row_hash
    from {{ ref('int_record_sources') }}
    where emails <> '' and is_seen

),

usage_days as (

    select
        {{ select_columns(lineage) }},
        row_from,
        row_to,
        row_count,
        row_hash
    from {{ ref('int_usage_event_ranges') }}
    where is_seen

),

-- facts about months and days begin with the company's earliest line, signature, milestone and hour
dated_accounts as (

    select
        'subscriptions' as canonical_object,
        account_id,
        service_from as happened_on
    from {{ ref('int_subscription_lines') }}

    union all

    select
        'onboardings' as canonical_object,
        account_id,
        contract_signed_on as happened_on
    from {{ ref('int_onboardings_unioned') }}

    union all

    select
        'milestones' as canonical_object,
        onboardings.account_id,
        milestones.achieved_on as happened_on
    from {{ ref('int_milestones_unioned') }} as milestones
    inner join {{ ref('int_onboardings_unioned') }} as onboardings
        on milestones.onboarding_id = onboardings.onboarding_id

),

first_days as (

    select
        canonical_object,
        min(happened_on) as first_day
    from dated_accounts
    group by canonical_object

),

first_accounts as (

    select distinct
        dated_accounts.canonical_object,
        dated_accounts.account_id
    from dated_accounts
    inner join first_days
        on dated_accounts.canonical_object = first_days.canonical_object
        and dated_accounts.happened_on = first_days.first_day

),

first_hours as (

    select {{ split_list('source_row_hashes') }} as row_hash
    from {{ ref('int_time_entries_unioned') }}
    where spent_on = (select min(spent_on) as first_day from {{ ref('int_time_entries_unioned') }})

),

calendar_rows as (

    select
        sources.canonical_object,
        {{ select_columns(lineage, 'sources') }},
        sources.row_from as row_number,
        sources.row_hash
    from {{ ref('int_record_sources') }} as sources
    inner join first_accounts
        on sources.account_id = first_accounts.account_id
    where sources.canonical_object in (first_accounts.canonical_object, 'accounts', 'onboardings')

    union

    select
        sources.canonical_object,
        {{ select_columns(lineage, 'sources') }},
        sources.row_from as row_number,
        sources.row_hash
    from {{ ref('int_record_sources') }} as sources
    inner join first_hours
        on sources.row_hash = first_hours.row_hash
    where sources.canonical_object = 'time_entries'

    union

    select
        canonical_object,
        {{ select_columns(lineage) }},
        row_number,
        row_hash
    from policy_rows
    where canonical_object = 'holidays'

),

scoped as (

    select
        'company' as scope,
        cast(null as {{ dbt.type_string() }}) as scope_id,
        canonical_object,
        {{ select_columns(lineage) }},
        row_number,
        row_hash
    from record_rows

    union all

    select
        'company' as scope,
        cast(null as {{ dbt.type_string() }}) as scope_id,
        canonical_object,
        {{ select_columns(lineage) }},
        row_number,
        row_hash
    from policy_rows

    union all

    select distinct
        'person' as scope,
        email as scope_id,
        canonical_object,
        {{ select_columns(lineage) }},
        row_number,
        row_hash
    from named_people

    union all

    select
        'calendar' as scope,
        cast(null as {{ dbt.type_string() }}) as scope_id,
        canonical_object,
        {{ select_columns(lineage) }},
        row_number,
        row_hash
    from calendar_rows

),

final as (

    select
        scope,
        scope_id,
        canonical_object,
        {{ select_columns(lineage) }},
        min(row_number) as row_from,
        max(row_number) as row_to,
        count(*) as row_count,
        {{ range_hash('row_hash', 'row_number') }} as row_hash
    from scoped
    group by scope, scope_id, canonical_object, {{ select_columns(lineage) }}

    union all

    select
        'company' as scope,
        cast(null as {{ dbt.type_string() }}) as scope_id,
        'usage_events' as canonical_object,
        {{ select_columns(lineage) }},
        min(row_from) as row_from,
        max(row_to) as row_to,
        cast(sum(row_count) as bigint) as row_count,
        {{ sha256(dbt.listagg('row_hash', "','", 'order by row_from, row_to, row_hash')) }} as row_hash
    from usage_days
    group by {{ select_columns(lineage) }}

)

select
    scope,
    scope_id,
    canonical_object,
    {{ select_columns(lineage) }},
    row_from,
    row_to,
    row_count,
    row_hash
from final
