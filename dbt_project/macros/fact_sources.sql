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
  without     objects that the models read of which no row can change the fact, with the reason

  `tests/dbt/test_fact_sources.py` holds the declarations to the graph of models: no object that a fact's models read is
  left out, none is named that they do not read.
#}
{% macro fact_sources(fact) -%}
    {%- set declared = postsale.declared_sources(fact) -%}
    {%- set slices = namespace(family=[], company=[], staff=[], policy=[]) -%}
    {%- for dimension in postsale.slice_dimensions(declared) -%}
        {%- set of_slice = postsale.declared_sources(dimension) -%}
        {%- set slices.family = slices.family + of_slice.get('family', []) -%}
        {%- set slices.company = slices.company + of_slice.get('company', []) -%}
        {%- set slices.staff = slices.staff + of_slice.get('staff', []) -%}
        {%- set slices.policy = slices.policy + of_slice.get('policy', []) -%}
    {%- endfor -%}
    {%- if declared.get('names') -%}{%- set slices.company = slices.company + ['people'] -%}{%- endif -%}
    {%- set has_account = declared.get('account') or declared.get('onboarding') -%}
    {%- set own = declared.get('record', []) + declared.get('family', []) + declared.get('staff', [])
        + declared.get('person', []) + declared.get('company', []) -%}
    {%- if not has_account -%}
        {%- set slices.company = slices.company + slices.family + slices.staff -%}
        {%- set slices.family = [] -%}
        {%- set slices.staff = [] -%}
    {%- endif -%}
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
        cast(null as date) as event_on,
        {{ postsale.fact_source_columns('raw_rows') }},
        raw_rows.record_id
    from (
        select distinct
            {{ declared['key'] }},
            {{ postsale.split_hashes('source_row_hashes') }} as row_hash
        from {{ ref(fact) }}
    ) as facts
    inner join {{ ref('int_raw_rows') }} as raw_rows
        on facts.row_hash = raw_rows.row_hash
    where raw_rows.fate = 'kept'
        {%- endset -%}
        {%- do branches.append(branch) -%}
    {%- endif -%}

    {%- set family = declared.get('family', []) + slices.family -%}
    {%- if family -%}
        {%- set branch %}
    select
        {{ key }}
        {{ postsale.source_role('sources', own) }} as role,
        'family' as scope,
        sources.canonical_object,
        sources.account_id,
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

    {%- set staff = declared.get('staff', []) + slices.staff -%}
    {%- if staff -%}
        {%- set branch %}
    select
        {{ key }}
        {{ postsale.source_role('ranges', declared.get('staff', [])) }} as role,
        'staff' as scope,
        ranges.canonical_object,
        cast(null as {{ dbt.type_string() }}) as account_id,
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

    {%- set policy = declared.get('policy', []) + slices.policy -%}
    {%- set company = declared.get('company', []) + slices.company + policy -%}
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
