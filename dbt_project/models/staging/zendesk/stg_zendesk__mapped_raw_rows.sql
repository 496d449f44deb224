{# Generated from orchestration/defs/sources/zendesk.yml. Edit that file, then run: python -m orchestration.lib.contracts.dbt_sources #}
{{ config(materialized='table') }}

{{ raw_rows('zendesk', {
    'tickets': {
        'canonical_object': 'tickets',
        'key': ['id'],
        'version': 'updated_at',
    },
    'ticket_metrics': {
        'canonical_object': 'tickets',
        'key': ['id'],
        'version': 'updated_at',
        'unused': 'the ticket was never delivered, or other times of it count',
    },
    'organizations': {
        'canonical_object': 'tickets',
        'key': ['id'],
        'version': 'updated_at',
        'unused': 'no ticket names the organization',
    },
}) }}
