/*
  An onboarding by month-end says what the onboarding itself says: account, signature, owner, configuration; counts that
  follow each other, days that lie between the signature and the month-end, points from nothing to everything.
*/
with onboardings as (

    select * from {{ ref('fct_onboarding') }}

),

months as (

    select * from {{ ref('fct_onboarding_month') }}

),

contributions as (

    select * from {{ ref('fct_onboarding_health_contribution') }}

),

cohorts as (

    select * from {{ ref('fct_onboarding_cohort_month') }}

),

loads as (

    select * from {{ ref('fct_onboarding_load') }}

),

signatures as (

    select * from {{ ref('fct_signature') }}

),

final as (

    select months.onboarding_id
    from months
    left join onboardings on months.onboarding_id = onboardings.onboarding_id
    where months.revenue_account_id <> onboardings.revenue_account_id
        or months.days_since_signature
        <> {{ dbt.datediff('onboardings.contract_signed_on', 'months.month_end', 'day') }}
        or months.last_movement_on not between onboardings.contract_signed_on and months.month_end
        or months.calendar_days_without_movement < 0
        or months.business_days_without_movement not between 0 and months.calendar_days_without_movement
        or months.is_on_hold is null
        or months.milestones_reached > months.milestones
        or months.milestones_expected < months.milestones_reached
        or months.engaged_week_share not between 0 and 1
        or months.adoption_breadth not between 0 and 1

    union all

    select contributions.onboarding_id
    from contributions
    left join months on contributions.onboarding_month_id = months.onboarding_month_id
    where months.onboarding_id <> contributions.onboarding_id
        or months.month_end <> contributions.month_end
        or contributions.onboarding_health_contribution_id is null
        or contributions.label is null
        or (contributions.input_value is null) = contributions.is_present
        or contributions.weight < 0

    union all

    select cohorts.onboarding_id
    from cohorts
    left join onboardings on cohorts.onboarding_id = onboardings.onboarding_id
    where cohorts.onboarding_cohort_month_id is null
        or cohorts.account_id <> onboardings.account_id
        or cohorts.contract_signed_on <> onboardings.contract_signed_on
        or cohorts.signed_quarter <> onboardings.signed_quarter

    union all

    select loads.onboarding_id
    from loads
    left join onboardings on loads.onboarding_id = onboardings.onboarding_id
    where loads.account_id <> onboardings.account_id
        or loads.revenue_account_id <> onboardings.revenue_account_id
        or loads.owner_email <> onboardings.owner_email
        or loads.configuration <> onboardings.configuration

    union all

    select signatures.onboarding_id
    from signatures
    left join onboardings on signatures.onboarding_id = onboardings.onboarding_id
    where signatures.account_id <> onboardings.account_id
        or signatures.revenue_account_id <> onboardings.revenue_account_id
        or signatures.segment <> onboardings.segment

)

select * from final
