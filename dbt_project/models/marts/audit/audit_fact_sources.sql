{{ config(alias='fact_sources', materialized='view') }}

{#- every dimension and fact; what each is made from stands in its own yml -#}
{%- set facts = [
    'dim_account',
    'dim_account_history',
    'dim_account_journey',
    'dim_account_month',
    'dim_csm_operating_period',
    'dim_date',
    'dim_person',
    'dim_segment',
    'fct_account_month',
    'fct_arr_line_snapshot',
    'fct_arr_loss',
    'fct_arr_movement',
    'fct_arr_snapshot',
    'fct_arr_transfer',
    'fct_arr_window',
    'fct_capacity_day',
    'fct_capacity_forecast',
    'fct_csm_account_month',
    'fct_expansion',
    'fct_feedback',
    'fct_feedback_month',
    'fct_first_value',
    'fct_handoff',
    'fct_handoff_field',
    'fct_health_backtest',
    'fct_health_contribution',
    'fct_health_input',
    'fct_health_score',
    'fct_milestone',
    'fct_onboarding',
    'fct_onboarding_cohort_month',
    'fct_onboarding_health_contribution',
    'fct_onboarding_load',
    'fct_onboarding_month',
    'fct_reference',
    'fct_reference_month',
    'fct_renewal',
    'fct_renewal_forecast',
    'fct_signature',
    'fct_success_plan',
    'fct_success_plan_month',
    'fct_survey_response',
    'fct_ticket',
    'fct_time_entry',
    'fct_warning',
    'fct_warning_condition',
    'fct_warning_month',
    'cube_first_value_survival',
    'cube_handoff_association',
    'cube_health_backtest',
    'cube_nrr_compounded',
    'cube_onboarding_concurrency',
] -%}
{%- for fact in facts -%}{%- do ref(fact) -%}{%- endfor -%}
{%- for helper in [
    'int_raw_rows', 'int_family_sources', 'int_family_staff', 'int_source_ranges', 'int_account_hierarchy',
    'int_onboardings_unioned',
] -%}
    {%- do ref(helper) -%}
{%- endfor -%}

with sources as (
    {% if execute -%}
    {%- for fact in facts %}
    {{ fact_sources(fact) }}
    {%- if not loop.last %}

    union all
    {% endif -%}
    {% endfor %}
    {%- endif %}

),

final as (

    select
        fact_name,
        fact_id,
        source_name as source,
        source_object as object,
        record_id,
        source_file as file,
        row_from,
        row_to,
        row_hash,
        load_id,
        row_count,
        role,
        scope,
        canonical_object,
        account_id,
        event_on
    from sources

)

select
    fact_name,
    fact_id,
    source,
    object,
    record_id,
    file,
    row_from,
    row_to,
    row_hash,
    load_id,
    row_count,
    role,
    scope,
    canonical_object,
    account_id,
    event_on
from final
