{# Generated from orchestration/defs/sources/salesforce.yml. Edit that file, then run: python -m orchestration.lib.contracts.dbt_sources #}
{{ config(materialized='table') }}

{{ raw_rows('salesforce', {
    'Account': {
        'canonical_object': 'accounts',
        'key': ['Id'],
        'version': 'SystemModstamp',
        'deleted': 'IsDeleted',
        'keeps_history': true,
    },
    'User': {
        'canonical_object': 'people',
        'key': ['Id'],
        'version': 'SystemModstamp',
        'keeps_history': true,
        'unused': 'no address of the user is known',
    },
    'Contact': {
        'canonical_object': 'contacts',
        'key': ['Id'],
        'version': 'SystemModstamp',
        'deleted': 'IsDeleted',
    },
    'OpportunityContactRole': {
        'canonical_object': 'contacts',
        'key': ['Id'],
        'version': 'SystemModstamp',
        'unused': 'the contact states a role of its own, or another of its roles in deals counts',
    },
    'Opportunity': {
        'canonical_object': 'opportunities',
        'key': ['Id'],
        'version': 'SystemModstamp',
        'deleted': 'IsDeleted',
    },
    'OpportunityFieldHistory': {
        'canonical_object': 'opportunities',
        'key': ['Id'],
        'unused': 'the changes of a deal are read from the versions of the deal, not from its field history',
    },
    'Contract': {
        'canonical_object': 'subscriptions',
        'key': ['Id'],
        'version': 'SystemModstamp',
        'deleted': 'IsDeleted',
        'unused': 'the lines of the contract name their opportunity themselves',
    },
    'SBQQ__Subscription__c': {
        'canonical_object': 'subscriptions',
        'key': ['Id'],
        'version': 'SystemModstamp',
        'deleted': 'IsDeleted',
    },
    'Event': {
        'canonical_object': 'meetings',
        'key': ['Id'],
        'version': 'SystemModstamp',
        'deleted': 'IsDeleted',
    },
    'Handoff__c': {
        'canonical_object': 'handoffs',
        'key': ['Id'],
        'version': 'SystemModstamp',
        'deleted': 'IsDeleted',
    },
    'Onboarding__c': {
        'canonical_object': 'onboardings',
        'key': ['Id'],
        'version': 'SystemModstamp',
        'deleted': 'IsDeleted',
    },
    'Hold__c': {
        'canonical_object': 'holds',
        'key': ['Id'],
        'version': 'SystemModstamp',
        'deleted': 'IsDeleted',
    },
    'Milestone__c': {
        'canonical_object': 'milestones',
        'key': ['Id'],
        'version': 'SystemModstamp',
        'deleted': 'IsDeleted',
    },
}) }}
