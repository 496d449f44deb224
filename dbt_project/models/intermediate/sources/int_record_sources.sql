{#- how a record is found: by its account, by that of its onboarding, by the people that it names; and its
    day, where every model leaves out what happened after `as_of` (a person may be known from a later hour alone) -#}
{%- set objects = {
    'account_owners': {'people': ['email']},
    'contacts': {},
    'opportunities': {'people': ['owner_email']},
    'subscriptions': {},
    'handoffs': {'people': ['from_email', 'to_email']},
    'onboardings': {'people': ['owner_email']},
    'success_plans': {'people': ['owner_email']},
    'time_entries': {'people': ['person_email']},
    'meetings': {'people': ['person_email'], 'at': 'held_at'},
    'tickets': {'at': 'opened_at'},
    'surveys': {'at': 'responded_at'},
    'feedback': {'on': 'received_on'},
    'references': {},
    'holds': {'onboarding': true},
    'milestones': {'onboarding': true},
} -%}
{%- set text = dbt.type_string() -%}

-- Grain: canonical object x account x people x raw row behind a record; all objects but usage.
with raw_rows as (

    select
        row_hash,
        source_name,
        source_object,
        record_id,
        source_file,
        row_from,
        row_to,
        load_id
    from {{ ref('int_raw_rows') }}
    where fate = 'kept'

),

parameters as (

    select
        as_of,
        time_zone
    from {{ ref('stg_build__parameters') }}

),

hierarchy as (

    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}

),

onboardings as (

    select
        onboarding_id,
        account_id
    from {{ ref('int_onboardings_unioned') }}

),

records as (
    {% for object, facts in objects.items() %}
    select
        '{{ object }}' as canonical_object,
        {{'onboardings' if facts.get('onboarding') else 'records' }}.account_id,
        {% if facts.get('people') -%}
        concat_ws(',', {{ facts['people'] | join(', ') }})
        {%- else -%}
        cast(null as {{ text }})
        {%- endif %} as emails,
        {% if facts.get('at') -%}
        {{ business_date('records.' ~ facts['at'], 'parameters.time_zone') }} <= parameters.as_of
        {%- elif facts.get('on') -%}
        records.{{ facts['on'] }} <= parameters.as_of
        {%- else -%}
        true
        {%- endif %} as is_seen,
        records.source_row_hashes
    from {{ ref('int_' ~ object ~ '_unioned') }} as records
    cross join parameters
    {%- if facts.get('onboarding') %}
    inner join onboardings
        on records.onboarding_id = onboardings.onboarding_id
    {%- endif %}

    union all
    {% endfor %}
    -- what one system says of an account, and every version of it
    select
        'accounts' as canonical_object,
        account_id,
        csm_email as emails,
        true as is_seen,
        source_row_hashes
    from {{ ref('int_accounts_unioned') }}

    union all

    select
        'accounts' as canonical_object,
        account_id,
        csm_email as emails,
        true as is_seen,
        source_row_hashes
    from {{ ref('int_account_versions_unioned') }}

    union all

    select
        'people' as canonical_object,
        cast(null as {{ text }}) as account_id,
        email as emails,
        true as is_seen,
        source_row_hashes
    from {{ ref('int_people_unioned') }}

    union all

    select
        'people' as canonical_object,
        cast(null as {{ text }}) as account_id,
        email as emails,
        true as is_seen,
        source_row_hashes
    from {{ ref('int_person_versions_unioned') }}

),

named as (

    select distinct
        canonical_object,
        account_id,
        emails,
        is_seen,
        {{ split_list('source_row_hashes') }} as row_hash
    from records

),

-- a hash stands for the version that counts: equal content that was superseded is no `kept` row
rows_of_records as (

    select
        named.canonical_object,
        named.account_id,
        named.emails,
        named.is_seen,
        raw_rows.source_name,
        raw_rows.source_object,
        raw_rows.record_id,
        raw_rows.source_file,
        raw_rows.row_from,
        raw_rows.row_to,
        cast(1 as bigint) as row_count,
        raw_rows.row_hash,
        raw_rows.load_id
    from named
    inner join raw_rows
        on named.row_hash = raw_rows.row_hash

),

-- one row per row of `rows_of_records`: accounts are unique in the hierarchy
final as (

    select
        rows_of_records.canonical_object,
        rows_of_records.account_id,
        hierarchy.revenue_account_id,
        rows_of_records.emails,
        rows_of_records.is_seen,
        rows_of_records.source_name,
        rows_of_records.source_object,
        rows_of_records.record_id,
        rows_of_records.source_file,
        rows_of_records.row_from,
        rows_of_records.row_to,
        rows_of_records.row_count,
        rows_of_records.row_hash,
        rows_of_records.load_id
    from rows_of_records
    left join hierarchy
        on rows_of_records.account_id = hierarchy.account_id

)

select
    canonical_object,
    account_id,
    revenue_account_id,
    emails,
    is_seen,
    source_name,
    source_object,
    record_id,
    source_file,
    row_from,
    row_to,
    row_count,
    row_hash,
    load_id
from final
