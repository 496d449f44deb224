with source_rows as (

    select * from {{ source('canonical', 'contacts') }}

),

latest as (

    {{ latest_versions('source_rows', key=['contact_id']) }}

),

final as (

    select
        {{ to_id('contact_id') }} as contact_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_text('role') }} as role,
        {{ to_email('email') }} as email,
        {{ to_date('from_on') }} as from_on,
        {{ to_date('left_on') }} as left_on,
        {{ lineage('canonical', 'contact_id') }}
    from latest

)

select * from final
