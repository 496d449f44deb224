-- Grain: onboarding signed by `as_of`, with the days on which it is open and what one of its kind takes of a person's
-- load by policy `segments`.
with onboardings as (
    select
        onboarding_id,
        account_id,
        revenue_account_id,
        contract_signed_on,
        owner_email,
        segment,
        configuration,
        book_id
    from {{ ref('int_onboardings_seen') }}
),

ends as (
    select
        onboarding_id,
        ended_on
    from {{ ref('int_onboarding_ends') }}
),

segments as (
    select
        segment,
        load_max
    from {{ ref('stg_policy__segments') }}
),

final as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        onboardings.revenue_account_id,
        onboardings.contract_signed_on as opened_on,
        ends.ended_on,
        onboardings.owner_email,
        onboardings.segment,
        coalesce(nullif(trim(onboardings.configuration), ''), 'unknown') as configuration,
        segments.load_max,
        onboardings.book_id
    from onboardings
    inner join ends on onboardings.onboarding_id = ends.onboarding_id
    left join segments on onboardings.segment = segments.segment
)

select
    onboarding_id,
    account_id,
    revenue_account_id,
    opened_on,
    ended_on,
    owner_email,
    segment,
    configuration,
    load_max,
    book_id
from final
