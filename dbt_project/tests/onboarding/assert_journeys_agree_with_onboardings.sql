-- Catches a journey and an onboarding that judge first value by different days (a declared exit here, an observed one
-- there): the band of an account at `as_of` is that of its latest onboarding, for a revenue account the latest of the
-- accounts below it too. It does not say that either of them is right; truth and unit tests do.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

onboardings as (
    select
        account_id,
        revenue_account_id,
        onboarding_id,
        contract_signed_on,
        ttfv_band
    from {{ ref('fct_onboarding') }}
),

judged as (
    select
        account_id as journey_account_id,
        onboarding_id,
        contract_signed_on,
        ttfv_band
    from onboardings
    union
    select
        revenue_account_id as journey_account_id,
        onboarding_id,
        contract_signed_on,
        ttfv_band
    from onboardings
),

latest as (
    select
        journey_account_id,
        onboarding_id,
        coalesce(ttfv_band, 'unknown') as ttfv_band,
        row_number() over (
            partition by journey_account_id order by contract_signed_on desc, onboarding_id desc
        ) as recency
    from judged
)

select
    latest.journey_account_id,
    latest.onboarding_id,
    latest.ttfv_band,
    journeys.ttfv_band as journey_ttfv_band
from latest
cross join parameters
left join {{ ref('dim_account_journey') }} as journeys
    on latest.journey_account_id = journeys.account_id
    and parameters.as_of between journeys.valid_from and journeys.valid_to
where latest.recency = 1 and (journeys.account_id is null or latest.ttfv_band <> journeys.ttfv_band)
