{#
  Tables and views on DuckDB, each in one statement.

  A build starts from an empty file and is published as a whole, so no reader ever sees a relation half made. dbt's
  own materializations build beside the relation, rename twice and drop what was there, which is right for a database
  in use and cost more than most of these models.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
    {%- set target = this.incorporate(type='table') -%}
    {{ postsale.remove_before_replacing(target) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') -%}
        {{ create_table_as(False, target, sql) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {{ postsale.remove_before_replacing(target) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') -%}
        {{ create_view_as(target, sql) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{# Drops what bears the name of a relation that is about to be made: there is such a thing when a part of a build is made anew. #}
{% macro remove_before_replacing(target) -%}
    {%- set existing = load_cached_relation(target) -%}
    {%- if existing is not none -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
{%- endmacro %}
