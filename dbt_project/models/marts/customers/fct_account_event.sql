-- Grain: dated event of an account by `as_of`: one step of an onboarding, one movement of ARR, one renewal that was
-- decided, one handoff made, one change of lifecycle stage. It gathers what other facts hold, for one reader's eye; no
-- number is made here.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

onboardings as (
    select
        onboarding_id,
        account_id,
        contract_signed_on,
        kickoff_on,
        go_live_on,
        first_value_on,
        exited_on,
        source_row_hashes
    from {{ ref('fct_onboarding') }}
),

movements as (
    select
        arr_movement_id,
        account_id,
        movement_type,
        coalesce(occurred_on, month_end) as occurred_on,
        signed_amount,
        source_row_hashes
    from {{ ref('fct_arr_movement') }}
),

renewals as (
    select
        renewal_id,
        account_id,
        due_on,
        outcome,
        due_arr,
        source_row_hashes
    from {{ ref('fct_renewal') }}
    where is_decided
),

handoffs as (
    select
        handoff_key,
        account_id,
        kind,
        handed_off_on,
        completeness_share,
        source_row_hashes
    from {{ ref('fct_handoff') }}
    where not is_missing
),

journeys as (
    select
        journey_id,
        account_id,
        valid_from,
        lifecycle_stage,
        lag(lifecycle_stage) over (partition by account_id order by valid_from) as previous_stage
    from {{ ref('dim_account_journey') }}
),

gathered as (
    {%- for step, column in [
        ('signed', 'contract_signed_on'), ('kickoff', 'kickoff_on'), ('go_live', 'go_live_on'),
        ('first_value', 'first_value_on'), ('onboarding_exit', 'exited_on')
    ] %}
    select
        account_id,
        {{ column }} as occurred_on,
        '{{ step }}' as kind,
        cast(null as {{ dbt.type_string() }}) as detail,
        cast(null as decimal(28, 6)) as amount,
        'fct_onboarding' as fact_name,
        onboarding_id as fact_id,
        source_row_hashes
    from onboardings
    where {{ column }} is not null
    union all
    {%- endfor %}
    select
        account_id,
        occurred_on,
        'arr_movement' as kind,
        movement_type as detail,
        signed_amount as amount,
        'fct_arr_movement' as fact_name,
        arr_movement_id as fact_id,
        source_row_hashes
    from movements
    union all
    select
        account_id,
        due_on as occurred_on,
        'renewal' as kind,
        outcome as detail,
        due_arr as amount,
        'fct_renewal' as fact_name,
        renewal_id as fact_id,
        source_row_hashes
    from renewals
    union all
    select
        account_id,
        handed_off_on as occurred_on,
        'handoff' as kind,
        kind as detail,
        cast(null as decimal(28, 6)) as amount,
        'fct_handoff' as fact_name,
        handoff_key as fact_id,
        source_row_hashes
    from handoffs
    union all
    select
        account_id,
        valid_from as occurred_on,
        'lifecycle_stage' as kind,
        lifecycle_stage as detail,
        cast(null as decimal(28, 6)) as amount,
        'dim_account_journey' as fact_name,
        journey_id as fact_id,
        cast(null as {{ dbt.type_string() }}) as source_row_hashes
    from journeys
    where lifecycle_stage <> previous_stage
),

final as (
    select
        {{ surrogate_key(['gathered.kind', 'gathered.fact_id']) }} as account_event_id,
        gathered.account_id,
        gathered.occurred_on,
        gathered.kind,
        gathered.detail,
        gathered.amount,
        gathered.fact_name,
        gathered.fact_id,
        gathered.source_row_hashes
    from gathered
    inner join parameters on gathered.occurred_on <= parameters.as_of
)

select
    account_event_id,
    account_id,
    occurred_on,
    kind,
    detail,
    amount,
    fact_name,
    fact_id,
    source_row_hashes
from final
