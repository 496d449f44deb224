{# Generated from orchestration/defs/sources/harvest.yml. Edit that file, then run: python -m orchestration.lib.contracts.dbt_sources #}
{{ config(materialized='table') }}

{{ raw_rows('harvest', {
    'time_entries': {
        'canonical_object': 'time_entries',
        'key': ['id'],
        'version': 'updated_at',
    },
    'users': {
        'canonical_object': 'people',
        'key': ['id'],
        'version': 'updated_at',
        'keeps_history': true,
        'unused': 'an earlier version, where the history of the person is read from a system that ranks before this one',
    },
}) }}
