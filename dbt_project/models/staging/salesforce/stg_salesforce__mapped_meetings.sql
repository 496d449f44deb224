with events as (

    select * from {{ ref('stg_salesforce__event') }}

),

contacts as (

    select * from {{ ref('stg_salesforce__mapped_contacts') }}

),

users as (

    select * from {{ ref('stg_salesforce__user') }}

),

-- one row per event: contacts and users are unique by their id
final as (

    select
        -- keys
        events.event_id as meeting_id,
        events.account_id,
        -- event
        events.started_at as held_at,
        events.event_type as kind,
        -- who
        events.contact_id,
        contacts.role as contact_role,
        events.has_attended as attended,
        users.email as person_email,
        -- lineage
        {{ select_columns(lineage_columns()[:-1], 'events') }},
        {{ join_hashes([
            'events.source_row_hashes',
            'contacts.source_row_hashes',
            'users.source_row_hashes',
        ]) }} as source_row_hashes
    from events
    left join contacts
        on events.contact_id = contacts.contact_id
    left join users
        on events.owner_user_id = users.user_id

)

select * from final
