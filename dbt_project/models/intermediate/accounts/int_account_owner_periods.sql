-- Grain: account x period with one customer success manager (or none). Ownership history decides: overlaps go to
-- the latest `from_on`, then to the e-mail in alphabetical order; a gap is nobody's; before the first `from_on`
-- the earliest owner applies. Only an account without any history takes the e-mail on the account itself.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

accounts as (
    select account_id from {{ ref('int_account_hierarchy') }}
),

states as (
    select
        account_id,
        csm_email,
        valid_from,
        valid_to
    from {{ ref('int_account_states') }}
),

owners as (
    select
        owners.account_id,
        owners.email as csm_email,
        owners.from_on,
        coalesce(owners.to_on, {{ far_future() }}) as to_on
    from {{ ref('int_account_owners_unioned') }} as owners
    inner join accounts on owners.account_id = accounts.account_id
    cross join parameters
    where owners.role = 'csm' and owners.from_on <= parameters.as_of
),

boundaries as (
    select
        account_id,
        from_on as valid_from
    from owners
    union
    select
        account_id,
        {{ add_days('to_on', 1) }} as valid_from
    from owners
    where to_on < {{ far_future() }}
),

candidates as (
    select
        boundaries.account_id,
        boundaries.valid_from,
        owners.csm_email,
        row_number() over (
            partition by boundaries.account_id, boundaries.valid_from
            order by owners.from_on desc, owners.csm_email asc
        ) as owner_rank
    from boundaries
    left join owners
        on boundaries.account_id = owners.account_id
        and boundaries.valid_from between owners.from_on and owners.to_on
),

from_history as (
    select
        account_id,
        csm_email,
        case
            when row_number() over (partition by account_id order by valid_from) = 1 then {{ far_past() }}
            else valid_from
        end as valid_from,
        lead(valid_from) over (partition by account_id order by valid_from) as next_valid_from
    from candidates
    where owner_rank = 1
),

accounts_with_history as (
    select distinct account_id from owners
),

accounts_with_stated_csm as (
    select distinct account_id from states
    where csm_email is not null
),

final as (
    select
        account_id,
        csm_email,
        valid_from,
        case
            when next_valid_from is null then {{ far_future() }} else {{ add_days('next_valid_from', -1) }}
        end as valid_to,
        true as has_owner_ever
    from from_history

    union all

    select
        states.account_id,
        states.csm_email,
        states.valid_from,
        states.valid_to,
        accounts_with_stated_csm.account_id is not null as has_owner_ever
    from states
    left join accounts_with_history on states.account_id = accounts_with_history.account_id
    left join accounts_with_stated_csm on states.account_id = accounts_with_stated_csm.account_id
    where accounts_with_history.account_id is null
)

select
    account_id,
    csm_email,
    valid_from,
    valid_to,
    has_owner_ever
from final
