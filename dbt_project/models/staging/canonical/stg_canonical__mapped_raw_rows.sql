{# Generated from orchestration/defs/sources/canonical.yml. Edit that file, then run: python -m orchestration.lib.contracts.dbt_sources #}
{{ config(materialized='table') }}

{{ raw_rows('canonical', {
    'accounts': {
        'canonical_object': 'accounts',
        'key': ['account_id'],
        'keeps_history': true,
        'unused': 'an earlier version, where the history is read from a system that ranks before this one',
    },
    'people': {
        'canonical_object': 'people',
        'key': ['email'],
        'ignore_case': ['email'],
        'keeps_history': true,
        'unused': 'an earlier version, where the history is read from a system that ranks before this one',
    },
    'account_owners': {
        'canonical_object': 'account_owners',
        'key': ['account_id', 'email', 'role', 'from_on'],
        'ignore_case': ['email'],
    },
    'contacts': {
        'canonical_object': 'contacts',
        'key': ['contact_id'],
    },
    'opportunities': {
        'canonical_object': 'opportunities',
        'key': ['opportunity_id'],
    },
    'subscriptions': {
        'canonical_object': 'subscriptions',
        'key': ['subscription_id'],
    },
    'handoffs': {
        'canonical_object': 'handoffs',
        'key': ['handoff_id'],
    },
    'onboardings': {
        'canonical_object': 'onboardings',
        'key': ['onboarding_id'],
    },
    'holds': {
        'canonical_object': 'holds',
        'key': ['onboarding_id', 'from_on'],
    },
    'milestones': {
        'canonical_object': 'milestones',
        'key': ['milestone_id'],
    },
    'usage_events': {
        'canonical_object': 'usage_events',
        'key': ['event_id'],
        'counted': true,
    },
    'time_entries': {
        'canonical_object': 'time_entries',
        'key': ['time_entry_id'],
    },
    'meetings': {
        'canonical_object': 'meetings',
        'key': ['meeting_id'],
    },
    'tickets': {
        'canonical_object': 'tickets',
        'key': ['ticket_id'],
    },
    'surveys': {
        'canonical_object': 'surveys',
        'key': ['response_id'],
    },
    'feedback': {
        'canonical_object': 'feedback',
        'key': ['feedback_id'],
    },
    'references': {
        'canonical_object': 'references',
        'key': ['reference_id'],
    },
    'success_plans': {
        'canonical_object': 'success_plans',
        'key': ['success_plan_id'],
    },
}) }}
