/*
  The account of today against the other facts about it: the period of its attributes, its stock of ARR, its service.
  Catches a join that picks another period or account; says nothing of whether the period itself is right.
*/
with parameters as (

    select as_of from {{ ref('stg_build__parameters') }}

),

accounts as (

    select * from {{ ref('dim_account') }}

),

origins as (

    select account_id, acv from {{ ref('int_account_origins') }}

),

periods as (

    select history.*
    from {{ ref('dim_account_history') }} as history
    inner join parameters on parameters.as_of between history.valid_from and history.valid_to

),

final as (

    select accounts.account_id
    from accounts
    cross join parameters
    left join periods on accounts.account_id = periods.account_id
    left join origins on accounts.account_id = origins.account_id
    left join accounts as parents on accounts.parent_account_id = parents.account_id
    where accounts.account_name is null
        or (accounts.parent_account_id is not null and parents.account_id is null)
        or accounts.acv <> origins.acv
        or accounts.arr < 0
        or accounts.is_customer <> (accounts.arr > 0)
        or accounts.first_service_on > accounts.last_service_on
        or (accounts.is_customer and accounts.first_service_on > parameters.as_of)
        or accounts.signed_on > parameters.as_of
        or accounts.segment <> periods.segment
        or accounts.industry <> periods.industry
        or accounts.region <> periods.region
        or accounts.csm <> periods.csm
        or accounts.team <> periods.team
        or accounts.product <> periods.product
        or accounts.signed_quarter <> periods.signed_quarter
        or coalesce(accounts.csm_email, '') <> coalesce(periods.csm_email, '')
        or (accounts.csm_email is null) <> (accounts.csm = 'unassigned')

)

select * from final
