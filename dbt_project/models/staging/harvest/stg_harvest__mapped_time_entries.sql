with entries as (

    select * from {{ ref('stg_harvest__time_entries') }}

),

users as (

    select * from {{ ref('stg_harvest__users') }}

),

-- one row per entry: users are unique by their id
final as (

    select
        -- keys
        entries.time_entry_id,
        -- hours count even when their user was not delivered; the id then stands for the person
        coalesce(users.email, {{ dbt.concat(["'user-'", "entries.user_id"]) }}) as person_email,
        -- clients have names, not account ids; the names are matched when all accounts are known
        cast(null as {{ dbt.type_string() }}) as account_id,
        entries.client_name as account_reference,
        -- work
        entries.spent_on,
        entries.hours,
        entries.task_name as activity,
        entries.is_billable as billable,
        -- lineage
        {{ select_columns(lineage_columns()[:-1], 'entries') }},
        {{ join_hashes(['entries.source_row_hashes', 'users.source_row_hashes']) }} as source_row_hashes
    from entries
    left join users
        on entries.user_id = users.user_id

)

select * from final
