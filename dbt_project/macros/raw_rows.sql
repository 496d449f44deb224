{#
  Every raw row of a connector, with the record that it is a version of and whether that version counts. The order of
  versions is that of `latest_versions`; a test holds the two together.

  connector  name of the connector
  objects    by object: `canonical_object`, `key`, `ignore_case`, `version`, `unix`, `deleted` (column that says that
             the vendor deleted the record), `keeps_history` (older versions are read too), `counted` (events: rows are
             counted by load and file, because an account of each would outgrow the data), `unused` (why a current row
             may stand behind no fact)
#}
{% macro raw_rows(connector, objects) -%}
with parameters as (

    select known_at from {{ ref('stg_build__parameters') }}

),
{% for object, facts in objects.items() %}
arrived_{{ loop.index }} as (

    select
        arrived.*,
        arrived._known_at <= parameters.known_at as is_known
    from {{ source(connector, object) }} as arrived
    cross join parameters

),
{% if not facts.get('counted') %}
ranked_{{ loop.index }} as (

    select
        arrived.*,
        {%- set versions %}
            partition by arrived.is_known, {{ record_key('arrived', facts['key'], facts.get('ignore_case', [])) }}
            order by {{ version_order('arrived', facts.get('version'), facts.get('unix', false), 'desc') }}
        {%- endset %}
        row_number() over ({{ versions }}) as version_rank,
        first_value(arrived._is_withdrawn) over ({{ versions }}) as is_gone,
        {% if facts.get('deleted') -%}
        first_value({{ to_boolean('arrived.' ~ facts['deleted'], 'arrived') }}) over ({{ versions }})
        {%- else -%}
        false
        {%- endif %} as is_deleted
    from arrived_{{ loop.index }} as arrived

),
{% endif %}
{%- endfor %}
final as (
    {% for object, facts in objects.items() %}
    select
        _source as source_name,
        '{{ connector }}' as source_connector,
        _object as source_object,
        {{ "'" ~ facts['canonical_object'] ~ "'" if facts.get('canonical_object') else 'cast(null as ' ~ dbt.type_string() ~ ')' }}
            as canonical_object,
        {% if facts.get('counted') -%}
        cast(null as {{ dbt.type_string() }}) as record_id,
        _file as source_file,
        min(_row_number) as row_from,
        max(_row_number) as row_to,
        count(*) as row_count,
        _load_id as load_id,
        max(_loaded_at) as loaded_at,
        _known_at as known_at,
        cast(null as {{ dbt.type_string() }}) as row_hash,
        case when _is_withdrawn then 'withdrawal' when not is_known then 'late' else 'counted' end as fate,
        {%- else -%}
        coalesce(_record_id, concat_ws('/', {{ facts['key'] | join(', ') }})) as record_id,
        _file as source_file,
        _row_number as row_from,
        _row_number as row_to,
        cast(1 as bigint) as row_count,
        _load_id as load_id,
        _loaded_at as loaded_at,
        _known_at as known_at,
        _row_hash as row_hash,
        case
            when _is_withdrawn then 'withdrawal'
            when not is_known then 'late'
            when is_gone then 'withdrawn'
            when is_deleted then 'deleted'
            when {{ 'true' if facts.get('keeps_history') else 'version_rank = 1' }} then 'kept'
            else 'superseded'
        end as fate,
        {%- endif %}
        {{ dbt.string_literal(dbt.escape_single_quotes(facts['unused'])) if facts.get('unused') else 'cast(null as ' ~ dbt.type_string() ~ ')' }}
            as unused_reason
    from {{ 'arrived' if facts.get('counted') else 'ranked' }}_{{ loop.index }}
    {%- if facts.get('counted') %}
    group by _source, _object, _file, _load_id, _known_at, is_known, _is_withdrawn
    {%- endif %}
    {%- if not loop.last %}

    union all
    {% endif -%}
    {% endfor %}

)

select * from final
{%- endmacro %}
