-- Grain: currency. One constant rate per build, that of the fiscal year of `as_of`: a rate never causes a movement.
-- The reporting currency needs no row of policy.
with parameters as (
    select
        reporting_currency,
        fiscal_year_of_as_of
    from {{ ref('stg_build__parameters') }}
),

policy as (
    select
        currency,
        fiscal_year,
        rate
    from {{ ref('stg_policy__fx_rates') }}
),

final as (
    select
        policy.currency,
        cast(policy.rate as decimal(18, 10)) as rate
    from policy
    inner join parameters
        on policy.fiscal_year = parameters.fiscal_year_of_as_of
        and policy.currency <> parameters.reporting_currency

    union all

    select
        reporting_currency as currency,
        cast(1 as decimal(18, 10)) as rate
    from parameters
)

select
    currency,
    rate
from final
