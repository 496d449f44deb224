with versions as (

    select * from {{ ref('stg_salesforce__account_versions') }}

),

live_accounts as (

    select account_id from {{ ref('stg_salesforce__account') }}

),

user_versions as (

    select * from {{ ref('stg_salesforce__user_versions') }}

),

parameters as (

    select time_zone from {{ ref('stg_build__parameters') }}

),

dated_versions as (

    select
        versions.account_id,
        versions.owner_user_id,
        versions.version_number,
        {{ business_date('versions.last_modified_at', 'parameters.time_zone') }} as valid_from,
        {{ select_columns(lineage_columns(), 'versions') }}
    from versions
    inner join live_accounts
        on versions.account_id = live_accounts.account_id
    cross join parameters

),

compared_versions as (

    select
        dated_versions.*,
        lag(owner_user_id) over (partition by account_id order by version_number) as previous_owner_user_id
    from dated_versions

),

-- a version that changes something else does not end an ownership
changes_of_owner as (

    select
        compared_versions.*,
        lead(valid_from) over (partition by account_id order by version_number) as next_valid_from
    from compared_versions
    where previous_owner_user_id is null or previous_owner_user_id <> owner_user_id

),

ownerships as (

    select
        changes_of_owner.*,
        {{ add_days('next_valid_from', -1) }} as valid_to
    from changes_of_owner
    -- an owner of less than a day never was one
    where next_valid_from is null or next_valid_from > valid_from

),

dated_user_versions as (

    select
        user_versions.user_id,
        user_versions.email,
        user_versions.function,
        user_versions.version_number,
        user_versions.source_row_hashes,
        {{ business_date('user_versions.last_modified_at', 'parameters.time_zone') }} as valid_from
    from user_versions
    cross join parameters

),

compared_user_versions as (

    select
        dated_user_versions.*,
        lag(function) over (partition by user_id order by version_number) as previous_function
    from dated_user_versions

),

changes_of_function as (

    select
        compared_user_versions.*,
        lead(valid_from) over (partition by user_id order by version_number) as next_valid_from
    from compared_user_versions
    where version_number = 1
        or coalesce(previous_function, '') <> coalesce(function, '')

),

-- before the first stored version of a user the earliest one applies
functions as (

    select
        user_id,
        email,
        function,
        source_row_hashes,
        case when version_number > 1 then valid_from end as valid_from,
        {{ add_days('next_valid_from', -1) }} as valid_to
    from changes_of_function
    where next_valid_from is null or version_number = 1 or next_valid_from > valid_from

),

-- an owner is the CSM on the days on which customer success is their function
final as (

    select
        ownerships.account_id,
        functions.email,
        'csm' as role,
        case
            when functions.valid_from > ownerships.valid_from then functions.valid_from
            else ownerships.valid_from
        end as from_on,
        case
            when functions.valid_to is null then ownerships.valid_to
            when ownerships.valid_to is null or functions.valid_to < ownerships.valid_to then functions.valid_to
            else ownerships.valid_to
        end as to_on,
        {{ select_columns(lineage_columns()[:-1], 'ownerships') }},
        {{ join_hashes(['ownerships.source_row_hashes', 'functions.source_row_hashes']) }} as source_row_hashes
    from ownerships
    inner join functions
        on ownerships.owner_user_id = functions.user_id
        and (functions.valid_to is null or functions.valid_to >= ownerships.valid_from)
        and (functions.valid_from is null or ownerships.valid_to is null or functions.valid_from <= ownerships.valid_to)
    where functions.function = 'success'

)

select * from final
