-- Grain: account x member of staff who owns it in a role, and account x contact on the customer's side, each with its
-- days. Contacts are known by their role alone: no name and no address of a customer's people leaves the raw zone.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

owners as (
    select
        account_id,
        email,
        role,
        from_on,
        to_on,
        source_row_hashes
    from {{ ref('int_account_owners_unioned') }}
),

people as (
    select
        email,
        display_name,
        function
    from {{ ref('int_people') }}
),

contacts as (
    select
        contact_id,
        account_id,
        role,
        from_on,
        left_on,
        source_row_hashes
    from {{ ref('int_contacts_unioned') }}
),

gathered as (
    select
        {{ surrogate_key(['owners.account_id', 'owners.role', 'owners.email', 'owners.from_on']) }} as account_role_id,
        owners.account_id,
        'company' as side,
        owners.role,
        people.display_name as person,
        people.function as function,
        owners.from_on,
        owners.to_on,
        owners.source_row_hashes
    from owners
    left join people on owners.email = people.email

    union all

    select
        {{ surrogate_key(["'contact'", 'contact_id']) }} as account_role_id,
        account_id,
        'customer' as side,
        role,
        cast(null as {{ dbt.type_string() }}) as person,
        cast(null as {{ dbt.type_string() }}) as function,
        from_on,
        case when left_on is not null then {{ add_days('left_on', -1) }} end as to_on,
        source_row_hashes
    from contacts
),

final as (
    select
        gathered.account_role_id,
        gathered.account_id,
        gathered.side,
        gathered.role,
        gathered.person,
        gathered.function,
        gathered.from_on,
        case when gathered.to_on < parameters.as_of then gathered.to_on end as to_on,
        coalesce(gathered.from_on <= parameters.as_of, true)
        and coalesce(gathered.to_on >= parameters.as_of, true) as is_current,
        gathered.source_row_hashes
    from gathered
    cross join parameters
    where coalesce(gathered.from_on <= parameters.as_of, true)
)

select
    account_role_id,
    account_id,
    side,
    role,
    person,
    function,
    from_on,
    to_on,
    is_current,
    source_row_hashes
from final
