{# Every dimension, fact and cube; what each is made from stands in its own yml, as `fact_sources` explains. #}
{% macro facts_with_sources() -%}
    {{ return([
        'dim_account',
        'dim_account_history',
        'dim_account_journey',
        'dim_account_month',
        'dim_account_role',
        'dim_csm_operating_period',
        'dim_date',
        'dim_person',
        'dim_segment',
        'fct_account_event',
        'fct_account_month',
        'fct_account_time_month',
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
        'cube_cohort_retention',
        'cube_first_value_curve',
        'cube_first_value_survival',
        'cube_handoff_association',
        'cube_health_backtest',
        'cube_nrr_compounded',
        'cube_onboarding_concurrency',
    ]) }}
{%- endmacro %}


{#
  The raw rows behind every row of a fact, from what its yml declares under `meta.sources`:

  key         column that identifies the row
  record      objects of which `source_row_hashes` names the rows that the fact row was made from
  account     column with the account; `onboarding` instead, where the fact names an onboarding alone
  family      objects read of the account and of all that carry their revenue together with it
  person      objects read of one person, and `person_column` with the e-mail address
  staff       objects read of the people who own or owned the accounts of the family
  company     objects of which every row counts
  policy      policy tables
  slices      `book`, `journey`: the periods of an account by which the row is sliced
  names       people are shown by name, and namesakes are told apart among all people of the company
  calendar    the months or days that have a row begin with the company's earliest rows
  without     `objects` and `policy` that the models read but of which no row can change the fact, and `because` of what

  `tests/dbt/test_fact_sources.py` holds the declarations to the graph of models: no object that a fact's models read is
  left out, none is named that they do not read.
#}
{% macro fact_sources(fact) -%}
    {%- set declared = postsale.declared_sources(fact) -%}
    {%- set own = declared.get('record', []) + declared.get('family', []) + declared.get('staff', [])
        + declared.get('person', []) + declared.get('company', []) -%}
    {%- set key -%}
        '{{ fact }}' as fact_name,
        cast(facts.{{ declared['key'] }} as {{ dbt.type_string() }}) as fact_id,
    {%- endset -%}
    {%- set branches = [] -%}

    {%- if declared.get('record') -%}
        {%- set branch %}
    select
        {{ key }}
        'record' as role,
        'record' as scope,
        raw_rows.canonical_object,
        cast(null as {{ dbt.type_string() }}) as account_id,
        cast(null as {{ dbt.type_string() }}) as person_email,
        cast(null as date) as event_on,
        {{ postsale.fact_source_columns('raw_rows') }},
        raw_rows.record_id
    from (
        select distinct
            {{ declared['key'] }},
            {{ postsale.split_list('source_row_hashes') }} as row_hash
        from {{ ref(fact) }}
    ) as facts
    inner join {{ ref('int_raw_rows') }} as raw_rows
        on facts.row_hash = raw_rows.row_hash
    where raw_rows.fate = 'kept'
        {%- endset -%}
        {%- do branches.append(branch) -%}
    {%- endif -%}

    {%- set family = postsale.objects_of(declared, 'family') -%}
    {%- if family -%}
        {%- set branch %}
    select
        {{ key }}
        {{ postsale.source_role('sources', own) }} as role,
        'family' as scope,
        sources.canonical_object,
        sources.account_id,
        cast(null as {{ dbt.type_string() }}) as person_email,
        sources.event_on,
        {{ postsale.fact_source_columns('sources') }},
        sources.record_id
    from {{ ref(fact) }} as facts
    {{ postsale.family_of_fact(declared) }}
    inner join {{ ref('int_family_sources') }} as sources
        on accounts.revenue_account_id = sources.revenue_account_id
    where sources.canonical_object in ({{ postsale.quoted(family) }})
        {%- endset -%}
        {%- do branches.append(branch) -%}
    {%- endif -%}

    {%- set staff = postsale.objects_of(declared, 'staff') -%}
    {%- if staff -%}
        {%- set branch %}
    select
        {{ key }}
        {{ postsale.source_role('ranges', declared.get('staff', [])) }} as role,
        'staff' as scope,
        ranges.canonical_object,
        cast(null as {{ dbt.type_string() }}) as account_id,
        ranges.scope_id as person_email,
        cast(null as date) as event_on,
        {{ postsale.fact_source_columns('ranges') }},
        cast(null as {{ dbt.type_string() }}) as record_id
    from {{ ref(fact) }} as facts
    {{ postsale.family_of_fact(declared) }}
    inner join {{ ref('int_family_staff') }} as staff
        on accounts.revenue_account_id = staff.revenue_account_id
    inner join {{ ref('int_source_ranges') }} as ranges
        on staff.email = ranges.scope_id
    where ranges.scope = 'person' and ranges.canonical_object in ({{ postsale.quoted(staff) }})
        {%- endset -%}
        {%- do branches.append(branch) -%}
    {%- endif -%}

    {%- if declared.get('person') -%}
        {%- set branch %}
    select
        {{ key }}
        'measure' as role,
        'person' as scope,
        ranges.canonical_object,
        cast(null as {{ dbt.type_string() }}) as account_id,
        ranges.scope_id as person_email,
        cast(null as date) as event_on,
        {{ postsale.fact_source_columns('ranges') }},
        cast(null as {{ dbt.type_string() }}) as record_id
    from {{ ref(fact) }} as facts
    inner join {{ ref('int_source_ranges') }} as ranges
        on facts.{{ declared['person_column'] }} = ranges.scope_id
    where ranges.scope = 'person' and ranges.canonical_object in ({{ postsale.quoted(declared['person']) }})
        {%- endset -%}
        {%- do branches.append(branch) -%}
    {%- endif -%}

    {%- set policy = postsale.objects_of(declared, 'policy') -%}
    {%- set company = postsale.objects_of(declared, 'company') + policy -%}
    {%- if company or declared.get('calendar') -%}
        {%- set conditions = [] -%}
        {%- if company -%}
            {%- do conditions.append("(ranges.scope = 'company' and ranges.canonical_object in (" ~ postsale.quoted(company) ~ "))") -%}
        {%- endif -%}
        {%- if declared.get('calendar') -%}{%- do conditions.append("ranges.scope = 'calendar'") -%}{%- endif -%}
        {%- set branch %}
    select
        {{ key }}
        case
            when ranges.scope = 'calendar' then 'calendar'
            {%- if policy %}
            when ranges.canonical_object in ({{ postsale.quoted(policy) }}) then 'policy'
            {%- endif %}
            else {{ postsale.source_role('ranges', declared.get('company', [])) }}
        end as role,
        ranges.scope,
        ranges.canonical_object,
        cast(null as {{ dbt.type_string() }}) as account_id,
        ranges.scope_id as person_email,
        cast(null as date) as event_on,
        {{ postsale.fact_source_columns('ranges') }},
        cast(null as {{ dbt.type_string() }}) as record_id
    from {{ ref(fact) }} as facts
    cross join {{ ref('int_source_ranges') }} as ranges
    where {{ conditions | join(' or ') }}
        {%- endset -%}
        {%- do branches.append(branch) -%}
    {%- endif -%}

    {{ branches | join('\n\n    union all\n') }}
{%- endmacro %}


{# What the yml of a model declares; empty while dbt is still reading the project. #}
{% macro declared_sources(model) -%}
    {%- if not execute -%}{{ return({'key': 'unread'}) }}{%- endif -%}
    {%- set node = graph.nodes.get('model.' ~ project_name ~ '.' ~ model) -%}
    {%- set declared = node.config.get('meta', {}).get('sources') if node else none -%}
    {%- if not declared -%}
        {{ exceptions.raise_compiler_error(
            model ~ ": its yml does not say what it is made from; declare `config: meta: sources:`, as in"
            " macros/fact_sources.sql"
        ) }}
    {%- endif -%}
    {{ return(declared) }}
{%- endmacro %}


{#
  The objects that a fact reads in a scope, those by which it is sliced included. A fact of no account is sliced by
  accounts of the whole company.
#}
{% macro objects_of(declared, scope) -%}
    {%- set has_account = declared.get('account') or declared.get('onboarding') -%}
    {%- set found = namespace(names=declared.get(scope, [])) -%}
    {%- for dimension in postsale.slice_dimensions(declared) -%}
        {%- set of_slice = postsale.declared_sources(dimension) -%}
        {%- if has_account or scope in ('company', 'policy') -%}
            {%- set found.names = found.names + of_slice.get(scope, []) -%}
        {%- endif -%}
        {%- if scope == 'company' and not has_account -%}
            {%- set found.names = found.names + of_slice.get('family', []) + of_slice.get('staff', []) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if scope == 'company' and declared.get('names') -%}
        {%- set found.names = found.names + ['people'] -%}
    {%- endif -%}
    {{ return(found.names | unique | sort) }}
{%- endmacro %}


{# The dimensions whose periods a fact is sliced by. #}
{% macro slice_dimensions(declared) -%}
    {%- set dimensions = {'book': 'dim_account_history', 'journey': 'dim_account_journey'} -%}
    {%- set named = [] -%}
    {%- for slice in declared.get('slices', []) -%}{%- do named.append(dimensions[slice]) -%}{%- endfor -%}
    {{ return(named) }}
{%- endmacro %}


{% macro family_of_fact(declared) -%}
    {%- if declared.get('onboarding') -%}
    inner join {{ ref('int_onboardings_unioned') }} as onboardings
        on facts.{{ declared['onboarding'] }} = onboardings.onboarding_id
    inner join {{ ref('int_account_hierarchy') }} as accounts
        on onboardings.account_id = accounts.account_id
    {%- else -%}
    inner join {{ ref('int_account_hierarchy') }} as accounts
        on facts.{{ declared['account'] }} = accounts.account_id
    {%- endif -%}
{%- endmacro %}


{# `measure` where an object decides what the fact says, `slice` where it only decides by what it can be sliced. #}
{% macro source_role(relation, own) -%}
    {%- if own -%}
        case when {{ relation }}.canonical_object in ({{ postsale.quoted(own) }}) then 'measure' else 'slice' end
    {%- else -%}
        'slice'
    {%- endif -%}
{%- endmacro %}


{% macro quoted(names) -%}
    '{{ names | unique | sort | join("', '") }}'
{%- endmacro %}


{% macro fact_source_columns(relation) -%}
    {{ select_columns(
        ['source_name', 'source_object', 'source_file', 'row_from', 'row_to', 'row_count', 'row_hash', 'load_id'],
        relation
    ) }}
{%- endmacro %}


{#
  Whose rows of which objects stand behind the rows that a fact has: `scope`, `scope_id` and `canonical_object`, as
  `fact_sources` finds them; for the scope `record` the content hash and no object.
#}
{% macro reached_sources(fact) -%}
    {%- set declared = postsale.declared_sources(fact) -%}
    {%- set no_id = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
    {%- set branches = [] -%}
    {%- if declared.get('record') -%}
        {%- set branch %}
    select
        'record' as scope,
        {{ postsale.split_list('source_row_hashes') }} as scope_id,
        {{ no_id }} as canonical_object
    from {{ ref(fact) }}
        {%- endset -%}
        {%- do branches.append(branch) -%}
    {%- endif -%}
    {%- set family = postsale.objects_of(declared, 'family') -%}
    {%- if family -%}
        {%- set branch %}
    select
        'family' as scope,
        families.scope_id,
        {{ postsale.split_list("'" ~ family | join(',') ~ "'") }} as canonical_object
    from (
        select distinct accounts.revenue_account_id as scope_id
        from {{ ref(fact) }} as facts
        {{ postsale.family_of_fact(declared) }}
    ) as families
        {%- endset -%}
        {%- do branches.append(branch) -%}
    {%- endif -%}
    {%- set staff = postsale.objects_of(declared, 'staff') -%}
    {%- if staff -%}
        {%- set branch %}
    select
        'person' as scope,
        people.scope_id,
        {{ postsale.split_list("'" ~ staff | join(',') ~ "'") }} as canonical_object
    from (
        select distinct staff.email as scope_id
        from {{ ref(fact) }} as facts
        {{ postsale.family_of_fact(declared) }}
        inner join {{ ref('int_family_staff') }} as staff
            on accounts.revenue_account_id = staff.revenue_account_id
    ) as people
        {%- endset -%}
        {%- do branches.append(branch) -%}
    {%- endif -%}
    {%- if declared.get('person') -%}
        {%- set branch %}
    select
        'person' as scope,
        people.scope_id,
        {{ postsale.split_list("'" ~ declared['person'] | join(',') ~ "'") }} as canonical_object
    from (select distinct {{ declared['person_column'] }} as scope_id from {{ ref(fact) }}) as people
        {%- endset -%}
        {%- do branches.append(branch) -%}
    {%- endif -%}
    {%- set company = postsale.objects_of(declared, 'company') + postsale.objects_of(declared, 'policy') -%}
    {%- if company -%}
        {%- set branch %}
    select
        'company' as scope,
        {{ no_id }} as scope_id,
        {{ postsale.split_list("'" ~ company | join(',') ~ "'") }} as canonical_object
    from (select count(*) as row_count from {{ ref(fact) }}) as counted
    where row_count > 0
        {%- endset -%}
        {%- do branches.append(branch) -%}
    {%- endif -%}
    {{ branches | join('\n\n    union\n') }}
{%- endmacro %}
