{# Generated from orchestration/defs/sources/delighted.yml. Edit that file, then run: python -m orchestration.lib.contracts.dbt_sources #}
{{ config(materialized='table') }}

{{ raw_rows('delighted', {
    'survey_responses': {
        'canonical_object': 'surveys',
        'key': ['id'],
        'version': 'updated_at',
        'unix': true,
    },
}) }}
