with gathered as (

    {{ union_mapped(
        'time_entries',
        [
            ref('stg_harvest__mapped_time_entries'),
            ref('stg_canonical__time_entries'),
        ],
        extra=['account_reference']
    ) }}

),

accounts as (

    select account_id from {{ ref('int_accounts_unioned') }}

),

account_names as (

    select
        name_key,
        account_id
    from {{ ref('int_account_names') }}

),

activities as (

    select
        {{ normalized_name('activity') }} as activity_key,
        category
    from {{ ref('stg_policy__activities') }}

),

-- one row per row of `gathered`: accounts are unique by id, names by `name_key`, activities by name
resolved as (

    select
        {{ select_columns(canonical_columns('time_entries') + ['account_reference'] + lineage_columns(), 'gathered') }},
        coalesce(accounts.account_id, account_names.account_id) as known_account_id,
        -- time on the company's own matters is booked on a client that is no customer
        gathered.account_reference is not null
        and coalesce(accounts.account_id, account_names.account_id) is null
        and coalesce(activities.category, '') <> 'internal'
        and {{ normalized_name('gathered.account_reference') }} not like '%internal%' as is_account_unknown,
        gathered.person_email not like '%@%' as is_person_unknown
    from gathered
    left join accounts
        on gathered.account_id = accounts.account_id
    left join account_names
        on gathered.account_id is null
        and {{ normalized_name('gathered.account_reference') }} = account_names.name_key
    left join activities
        on {{ normalized_name('gathered.activity') }} = activities.activity_key

),

-- hours add up to the source exactly: an entry whose account is unknown keeps its hours and loses its account
final as (

    select
        time_entry_id,
        person_email,
        known_account_id as account_id,
        spent_on,
        hours,
        activity,
        billable,
        account_reference,
        {{ select_columns(lineage_columns()) }},
        true as is_usable,
        case
            when is_account_unknown then 'unknown_account'
            when is_person_unknown then 'unknown_person'
        end as fault,
        case
            when is_account_unknown then 'account_id'
            when is_person_unknown then 'person_email'
        end as fault_column,
        case
            when is_account_unknown then {{ unknown_reference('account_reference', 'account') }}
            when is_person_unknown then 'nobody of the staff has this address: deliver the person, or correct the reference'
        end as fault_detail
    from resolved

)

select
    {{ select_columns(
        canonical_columns('time_entries') + ['account_reference'] + lineage_columns() + fault_columns()
    ) }}
from final
