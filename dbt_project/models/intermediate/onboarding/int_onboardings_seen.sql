-- Grain: onboarding signed by `as_of`, with what is seen of it by then, and the segment and target of the day of
-- signature. `left_on` is the day on which the customer left: churn of the account, or the exit of a cancelled
-- onboarding.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

origins as (
    select
        account_id,
        own_last_service_on
    from {{ ref('int_account_origins') }}
),

books as (
    select
        account_id,
        book_id,
        valid_from,
        valid_to,
        segment
    from {{ ref('int_account_attribute_periods') }}
),

segments as (
    select
        segment,
        target_days
    from {{ ref('stg_policy__segments') }}
),

masked as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        accounts.revenue_account_id,
        onboardings.contract_signed_on,
        case when onboardings.kickoff_on <= parameters.as_of then onboardings.kickoff_on end as kickoff_on,
        case when onboardings.go_live_on <= parameters.as_of then onboardings.go_live_on end as go_live_on,
        onboardings.planned_go_live_on,
        case when onboardings.exited_on <= parameters.as_of then onboardings.exited_on end as exited_on,
        -- Service that ended before the signature belongs to an earlier relation.
        case
            when
                origins.own_last_service_on < parameters.as_of
                and origins.own_last_service_on >= onboardings.contract_signed_on
                then {{ add_days('origins.own_last_service_on', 1) }}
        end as churned_on,
        lower(trim(onboardings.status)) in ('cancelled', 'canceled') as is_cancelled,
        onboardings.owner_email,
        onboardings.configuration,
        onboardings.planned_hours,
        onboardings.services_fee,
        onboardings.csat_at_go_live,
        onboardings.nps_at_completion,
        onboardings.source_row_hashes,
        parameters.as_of
    from {{ ref('int_onboardings_unioned') }} as onboardings
    inner join parameters on onboardings.contract_signed_on <= parameters.as_of
    inner join accounts on onboardings.account_id = accounts.account_id
    inner join origins on onboardings.account_id = origins.account_id
),

final as (
    select
        masked.onboarding_id,
        masked.account_id,
        masked.revenue_account_id,
        masked.contract_signed_on,
        masked.kickoff_on,
        masked.go_live_on,
        masked.planned_go_live_on,
        masked.exited_on,
        masked.churned_on,
        coalesce(masked.is_cancelled and masked.exited_on is not null, false) as is_cancelled,
        case
            when masked.is_cancelled and masked.exited_on is not null
                then least(masked.exited_on, coalesce(masked.churned_on, masked.exited_on))
            else masked.churned_on
        end as left_on,
        masked.owner_email,
        books.book_id,
        books.segment,
        segments.target_days,
        masked.configuration,
        masked.planned_hours,
        masked.services_fee,
        masked.csat_at_go_live,
        masked.nps_at_completion,
        masked.source_row_hashes,
        masked.as_of
    from masked
    inner join books
        on masked.account_id = books.account_id
        and masked.contract_signed_on between books.valid_from and books.valid_to
    left join segments on books.segment = segments.segment
)

select
    onboarding_id,
    account_id,
    revenue_account_id,
    contract_signed_on,
    kickoff_on,
    go_live_on,
    planned_go_live_on,
    exited_on,
    churned_on,
    is_cancelled,
    left_on,
    owner_email,
    book_id,
    segment,
    target_days,
    configuration,
    planned_hours,
    services_fee,
    csat_at_go_live,
    nps_at_completion,
    source_row_hashes,
    as_of
from final
