{# A select list: the columns of a relation, one a line. #}
{% macro select_columns(columns, relation=none) -%}
    {%- for column in columns -%}
        {{ relation ~ '.' if relation else '' }}{{ column }}{% if not loop.last %},
        {% endif %}
    {%- endfor -%}
{%- endmacro %}


{#
  One canonical object from the staging models that feed it. The order of `relations` ranks them: where two systems
  describe the same thing, the first listed is believed first (`source_rank` 1).

  Returns the columns of the object, `extra`, the lineage columns and `source_rank`.
#}
{% macro union_mapped(object, relations, extra=[]) -%}
    {%- set columns = canonical_columns(object) + extra + lineage_columns() -%}
    {%- for relation in relations %}
    select
        {{ select_columns(columns) }},
        {{ loop.index }} as source_rank
    from {{ relation }}
    {%- if not loop.last %}

    union all
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}


{# What a checked object says about each row: whether it can be used, and if not, or not fully, why. #}
{% macro fault_columns() -%}
    {{ return(['is_usable', 'fault', 'fault_column', 'fault_detail']) }}
{%- endmacro %}


{#
  The fault columns of a row that points to something that is not there. Such a row is kept out of the canonical
  object and listed in the quarantine.

  reason  word for the quarantine, `unknown_account`
  column  column at fault, of the relation `gathered`
  parent  expression that is null when the row points to nothing
  noun    what it points to, in words
#}
{% macro reference_fault(reason, column, parent, noun) -%}
    {{ parent }} is not null as is_usable,
        case when {{ parent }} is null then '{{ reason }}' end as fault,
        case when {{ parent }} is null then '{{ column }}' end as fault_column,
        case when {{ parent }} is null then {{ unknown_reference('gathered.' ~ column, noun) }} end as fault_detail
{%- endmacro %}


{% macro unknown_reference(value, noun) -%}
    {{ dbt.concat([
        "'there is no " ~ noun ~ " '",
        "coalesce(" ~ value ~ ", '(blank)')",
        "': deliver it, or correct the reference to it'",
    ]) }}
{%- endmacro %}
