with source_rows as (

    select * from {{ source('canonical', 'time_entries') }}

),

latest as (

    {{ latest_versions('source_rows', key=['time_entry_id']) }}

),

final as (

    select
        {{ to_id('time_entry_id') }} as time_entry_id,
        {{ to_email('person_email') }} as person_email,
        {{ to_id('account_id') }} as account_id,
        {{ to_date('spent_on') }} as spent_on,
        {{ to_decimal('hours', 18, 4) }} as hours,
        {{ to_text('activity') }} as activity,
        {{ to_boolean('billable') }} as billable,
        {{ to_id('account_id') }} as account_reference,
        {{ lineage('canonical', 'time_entry_id') }}
    from latest

)

select * from final
