-- Grain: source account x due date of a renewal that has an owner: the account manager of the day (of `as_of` while
-- the day is to come), by the ownership history; else the owner of the renewal deal.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

due as (
    select
        renewals.account_id,
        renewals.due_on,
        least(renewals.due_on, parameters.as_of) as owned_on
    from {{ ref('int_renewals_due') }} as renewals
    cross join parameters
),

managers as (
    select
        account_id,
        email,
        from_on,
        coalesce(to_on, {{ far_future() }}) as to_on
    from {{ ref('int_account_owners_unioned') }}
    where role = 'account_manager'
),

deals as (
    select
        account_id,
        due_on,
        owner_email
    from {{ ref('int_renewal_deals') }}
    where deal_rank = 1
),

people as (
    select
        email,
        display_name
    from {{ ref('int_people') }}
),

ranked as (
    select
        due.account_id,
        due.due_on,
        managers.email,
        row_number() over (
            partition by due.account_id, due.due_on order by managers.from_on desc, managers.email
        ) as manager_rank
    from due
    inner join managers
        on due.account_id = managers.account_id
        and due.owned_on between managers.from_on and managers.to_on
),

owned as (
    select
        due.account_id,
        due.due_on,
        coalesce(ranked.email, deals.owner_email) as owner_email
    from due
    left join ranked
        on due.account_id = ranked.account_id
        and due.due_on = ranked.due_on
        and ranked.manager_rank = 1
    left join deals
        on due.account_id = deals.account_id
        and due.due_on = deals.due_on
),

final as (
    select
        owned.account_id,
        owned.due_on,
        owned.owner_email,
        coalesce(people.display_name, {{ name_from_email('owned.owner_email') }}) as owner
    from owned
    left join people on owned.owner_email = people.email
    where owned.owner_email is not null
)

select
    account_id,
    due_on,
    owner_email,
    owner
from final
