-- Grain: milestone of a seen onboarding, declared by the company or observed from usage by a rule of policy (then
-- the rule decides). First value is what the onboarding itself flags; only when it flags nothing, the milestone
-- that policy names for its segment.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

onboardings as (
    select
        onboarding_id,
        account_id,
        contract_signed_on,
        segment,
        book_id,
        source_row_hashes
    from {{ ref('int_onboardings_seen') }}
),

first_value_names as (
    select distinct
        segment,
        {{ normalized_name('milestone_name') }} as name_key
    from {{ ref('stg_policy__value_milestones') }}
    where is_first_value
),

observed as (
    select
        onboarding_id,
        milestone_name,
        name_key,
        achieved_on,
        source_row_hashes
    from {{ ref('int_milestones_observed') }}
),

declared as (
    select
        milestones.milestone_id,
        milestones.onboarding_id,
        milestones.name,
        {{ normalized_name('milestones.name') }} as name_key,
        milestones.kind,
        milestones.due_on,
        case when milestones.achieved_on <= parameters.as_of then milestones.achieved_on end as achieved_on,
        coalesce(milestones.is_first_value, false) as is_flagged,
        milestones.source_row_hashes
    from {{ ref('int_milestones_unioned') }} as milestones
    cross join parameters
),

declared_names as (
    select distinct
        onboarding_id,
        name_key
    from declared
),

gathered as (
    select
        declared.milestone_id,
        declared.onboarding_id,
        declared.name,
        declared.name_key,
        declared.kind,
        declared.due_on,
        case
            when observed.onboarding_id is not null then observed.achieved_on else declared.achieved_on
        end as achieved_on,
        declared.is_flagged,
        case when observed.onboarding_id is not null then 'observed' else 'declared' end as origin,
        case
            when observed.source_row_hashes is not null
                then concat(declared.source_row_hashes, ',', observed.source_row_hashes)
            else declared.source_row_hashes
        end as source_row_hashes
    from declared
    left join observed
        on declared.onboarding_id = observed.onboarding_id
        and declared.name_key = observed.name_key
        and declared.kind = 'value'

    union all

    -- What policy observes needs no row in the company's own list.
    select
        {{ surrogate_key(['observed.onboarding_id', 'observed.name_key']) }} as milestone_id,
        observed.onboarding_id,
        observed.milestone_name as name,
        observed.name_key,
        'value' as kind,
        cast(null as date) as due_on,
        observed.achieved_on,
        false as is_flagged,
        'observed' as origin,
        observed.source_row_hashes
    from observed
    left join declared_names
        on observed.onboarding_id = declared_names.onboarding_id
        and observed.name_key = declared_names.name_key
    where declared_names.onboarding_id is null
),

judged as (
    select
        gathered.milestone_id,
        gathered.onboarding_id,
        onboardings.account_id,
        onboardings.contract_signed_on,
        onboardings.book_id,
        gathered.name,
        gathered.kind,
        gathered.due_on,
        gathered.achieved_on,
        gathered.origin,
        -- What policy expects and nobody has reached stands on the onboarding that it is expected of.
        coalesce(gathered.source_row_hashes, onboardings.source_row_hashes) as source_row_hashes,
        gathered.is_flagged,
        first_value_names.name_key is not null as is_named_by_policy,
        max(case when gathered.is_flagged then 1 else 0 end) over (
            partition by gathered.onboarding_id
        ) as has_flag
    from gathered
    inner join onboardings on gathered.onboarding_id = onboardings.onboarding_id
    left join first_value_names
        on onboardings.segment = first_value_names.segment
        and gathered.name_key = first_value_names.name_key
),

final as (
    select
        milestone_id,
        onboarding_id,
        account_id,
        contract_signed_on,
        book_id,
        name,
        kind,
        due_on,
        achieved_on,
        origin,
        source_row_hashes,
        is_flagged or (has_flag = 0 and is_named_by_policy) as is_first_value
    from judged
)

select
    milestone_id,
    onboarding_id,
    account_id,
    contract_signed_on,
    book_id,
    name,
    kind,
    due_on,
    achieved_on,
    origin,
    source_row_hashes,
    is_first_value
from final
