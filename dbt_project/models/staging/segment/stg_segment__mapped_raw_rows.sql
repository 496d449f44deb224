{# Generated from orchestration/defs/sources/segment.yml. Edit that file, then run: python -m orchestration.lib.contracts.dbt_sources #}
{{ config(materialized='table') }}

{{ raw_rows('segment', {
    'track': {
        'canonical_object': 'usage_events',
        'key': ['messageId'],
        'counted': true,
    },
}) }}
