-- Grain: account. How the relation began, from the account's own contracts, and from those of every account that
-- rolls up to it.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

states as (
    select
        account_id,
        acv,
        valid_from
    from {{ ref('int_account_states') }}
    where acv is not null
),

lines as (
    select
        account_id,
        service_from,
        service_to,
        arr
    from {{ ref('int_arr_lines') }}
    where arr > 0
),

signatures as (
    select
        onboardings.account_id,
        min(onboardings.contract_signed_on) as first_signed_on
    from {{ ref('int_onboardings_unioned') }} as onboardings
    inner join parameters on onboardings.contract_signed_on <= parameters.as_of
    group by onboardings.account_id
),

services as (
    select
        account_id,
        min(service_from) as first_service_on,
        max(service_to) as last_service_on
    from lines
    group by account_id
),

first_contracts as (
    select
        lines.account_id,
        sum(lines.arr) as first_service_arr
    from lines
    inner join services
        on lines.account_id = services.account_id
        and lines.service_from = services.first_service_on
    group by lines.account_id
),

newest_acv as (
    select
        account_id,
        acv,
        row_number() over (partition by account_id order by valid_from desc) as age_rank
    from states
),

own as (
    select
        accounts.account_id,
        accounts.revenue_account_id,
        newest_acv.acv,
        signatures.first_signed_on,
        services.first_service_on,
        services.last_service_on,
        first_contracts.first_service_arr
    from accounts
    left join newest_acv on accounts.account_id = newest_acv.account_id and newest_acv.age_rank = 1
    left join signatures on accounts.account_id = signatures.account_id
    left join services on accounts.account_id = services.account_id
    left join first_contracts on accounts.account_id = first_contracts.account_id
),

families as (
    select
        revenue_account_id,
        min(first_signed_on) as first_signed_on,
        min(first_service_on) as first_service_on,
        max(last_service_on) as last_service_on
    from own
    group by revenue_account_id
),

final as (
    select
        own.account_id,
        own.revenue_account_id,
        own.acv,
        own.first_service_arr,
        coalesce(families.first_signed_on, own.first_signed_on) as signed_on,
        coalesce(families.first_service_on, own.first_service_on) as first_service_on,
        coalesce(families.last_service_on, own.last_service_on) as last_service_on,
        own.last_service_on as own_last_service_on
    from own
    left join families on own.account_id = families.revenue_account_id
)

select
    account_id,
    revenue_account_id,
    acv,
    first_service_arr,
    signed_on,
    first_service_on,
    last_service_on,
    own_last_service_on,
    coalesce(
        {{ quarter_label('coalesce(signed_on, first_service_on)') }},
        'unknown'
    ) as signed_quarter
from final
