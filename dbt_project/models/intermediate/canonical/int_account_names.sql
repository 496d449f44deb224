with current_names as (

    select
        account_id,
        {{ normalized_name('account_name') }} as name_key
    from {{ ref('int_accounts_unioned') }}

),

former_names as (

    select
        versions.account_id,
        {{ normalized_name('versions.account_name') }} as name_key
    from {{ ref('int_account_versions_unioned') }} as versions

),

-- a name that an account bears today outranks one that another account used to bear
candidates as (

    select
        account_id,
        name_key,
        1 as preference
    from current_names

    union

    select
        account_id,
        name_key,
        2 as preference
    from former_names

),

preferred as (

    select
        account_id,
        name_key,
        preference,
        min(preference) over (partition by name_key) as best_preference
    from candidates

),

-- a name that two accounts bear names neither
final as (

    select
        name_key,
        min(account_id) as account_id
    from preferred
    where name_key is not null and preference = best_preference
    group by name_key
    having count(distinct account_id) = 1

)

select
    name_key,
    account_id
from final
