{# Generated from orchestration/defs/sources/policy.yml. Edit that file, then run: python -m orchestration.lib.contracts.dbt_sources #}
{{ config(materialized='table') }}

{{ raw_rows('policy', {
    'segments': {
        'key': ['segment'],
    },
    'activities': {
        'key': ['activity'],
    },
    'product_features': {
        'key': ['product', 'feature'],
    },
    'adoption_stages': {
        'key': ['stage'],
    },
    'cadence': {
        'key': ['segment', 'touch', 'meeting_kind'],
    },
    'fx_rates': {
        'key': ['currency', 'fiscal_year'],
    },
    'value_milestones': {
        'key': ['segment', 'milestone_name'],
    },
    'meaningful_events': {
        'key': ['kind', 'event_name', 'feature'],
    },
    'onboarding_health_signals': {
        'key': ['signal'],
    },
    'holidays': {
        'key': ['holiday_on'],
    },
    'operating_models': {
        'key': ['csm_email', 'from_on'],
        'ignore_case': ['csm_email'],
    },
    'benchmarks': {
        'key': ['metric', 'segment', 'kind'],
        'unused': 'shown beside a metric on the pages; no fact is made from it',
    },
    'health_signals': {
        'key': ['signal'],
    },
    'health_bands': {
        'key': ['band'],
    },
    'warning_rules': {
        'key': ['kind'],
    },
    'lifecycle_stages': {
        'key': ['stage'],
    },
    'handoff_fields': {
        'key': ['kind', 'field'],
    },
    'handoff_bands': {
        'key': ['band'],
    },
    'churn_reasons': {
        'key': ['loss_reason'],
    },
}) }}
