{# The columns of each canonical object, in the order of its contract; `test_layering` compares the two. #}
{% macro canonical_columns(object) -%}
    {%- set columns = {
        'accounts': [
            'account_id', 'account_name', 'parent_account_id', 'acv', 'industry', 'region', 'created_on', 'csm_email',
            'segment',
        ],
        'people': [
            'email', 'full_name', 'function', 'team', 'manager_email', 'weekly_capacity_hours', 'loaded_hourly_cost',
            'started_on', 'ended_on',
        ],
        'account_owners': [
            'account_id', 'email', 'role', 'from_on', 'to_on',
        ],
        'contacts': [
            'contact_id', 'account_id', 'role', 'email', 'from_on', 'left_on',
        ],
        'opportunities': [
            'opportunity_id', 'account_id', 'type', 'stage', 'amount', 'currency', 'created_on', 'expected_close_on',
            'probability', 'closed_on', 'is_won', 'motion', 'owner_email', 'loss_reason',
        ],
        'subscriptions': [
            'subscription_id', 'account_id', 'product', 'start_date', 'end_date', 'arr', 'mrr', 'currency',
            'quantity', 'opportunity_id', 'terminated_on',
        ],
        'handoffs': [
            'handoff_id', 'account_id', 'kind', 'handed_off_at', 'from_email', 'to_email', 'goals',
            'success_criteria', 'stakeholder_sponsor', 'stakeholder_champion', 'stakeholder_technical',
            'stakeholder_detractors', 'technical_requirements', 'timeline_expectations', 'promises_and_commitments',
            'competitive_context', 'configuration_choices', 'stakeholders_and_priorities', 'risks',
            'expansion_opportunities', 'value_milestones_reached', 'value_milestones_open', 'engagement_levels',
            'outstanding_issues', 'playbook_deviations',
        ],
        'onboardings': [
            'onboarding_id', 'account_id', 'contract_signed_on', 'kickoff_on', 'go_live_on', 'planned_go_live_on',
            'exited_on', 'owner_email', 'status', 'configuration', 'planned_hours', 'services_fee', 'csat_at_go_live',
            'nps_at_completion',
        ],
        'holds': [
            'onboarding_id', 'from_on', 'to_on', 'party', 'reason',
        ],
        'milestones': [
            'milestone_id', 'onboarding_id', 'name', 'kind', 'due_on', 'achieved_on', 'is_first_value',
        ],
        'usage_events': [
            'event_id', 'account_id', 'user_id', 'event_name', 'occurred_at', 'feature',
        ],
        'time_entries': [
            'time_entry_id', 'person_email', 'account_id', 'spent_on', 'hours', 'activity', 'billable',
        ],
        'meetings': [
            'meeting_id', 'account_id', 'held_at', 'kind', 'contact_id', 'contact_role', 'attended', 'person_email',
        ],
        'tickets': [
            'ticket_id', 'account_id', 'opened_at', 'solved_at', 'priority', 'status',
        ],
        'surveys': [
            'response_id', 'account_id', 'kind', 'score', 'responded_at',
        ],
        'feedback': [
            'feedback_id', 'account_id', 'received_on', 'product_area', 'sentiment', 'status', 'summary',
        ],
        'references': [
            'reference_id', 'account_id', 'stage', 'kind', 'since_on', 'ended_on',
        ],
        'success_plans': [
            'success_plan_id', 'account_id', 'horizon', 'outcome', 'owner_email', 'customer_owner_contact_id',
            'agreed_on', 'due_on', 'attained_on',
        ],
    } -%}
    {{ return(columns[object]) }}
{%- endmacro %}
