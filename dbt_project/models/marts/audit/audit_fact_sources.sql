{{ config(alias='fact_sources', materialized='view') }}

{%- set facts = facts_with_sources() -%}
{%- for fact in facts -%}{%- do ref(fact) -%}{%- endfor -%}
{%- for helper in [
    'int_raw_rows', 'int_family_sources', 'int_family_staff', 'int_source_ranges', 'int_account_hierarchy',
    'int_onboardings_unioned',
] -%}
    {%- do ref(helper) -%}
{%- endfor -%}

with sources as (
    {% if execute -%}
    {%- for fact in facts %}
    {{ fact_sources(fact) }}
    {%- if not loop.last %}

    union all
    {% endif -%}
    {% endfor %}
    {%- endif %}

),

final as (

    select
        fact_name,
        fact_id,
        source_name as source,
        source_object as object,
        record_id,
        source_file as file,
        row_from,
        row_to,
        row_hash,
        load_id,
        row_count,
        role,
        scope,
        canonical_object,
        account_id,
        person_email,
        event_on
    from sources

)

select
    fact_name,
    fact_id,
    source,
    object,
    record_id,
    file,
    row_from,
    row_to,
    row_hash,
    load_id,
    row_count,
    role,
    scope,
    canonical_object,
    account_id,
    person_email,
    event_on
from final
