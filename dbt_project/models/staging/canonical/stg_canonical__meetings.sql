with source_rows as (

    select * from {{ source('canonical', 'meetings') }}

),

latest as (

    {{ latest_versions('source_rows', key=['meeting_id']) }}

),

final as (

    select
        {{ to_id('meeting_id') }} as meeting_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_timestamp('held_at') }} as held_at,
        {{ to_text('kind') }} as kind,
        {{ to_id('contact_id') }} as contact_id,
        {{ to_text('contact_role') }} as contact_role,
        {{ to_boolean('attended') }} as attended,
        {{ to_email('person_email') }} as person_email,
        {{ lineage('canonical', 'meeting_id') }}
    from latest

)

select * from final
