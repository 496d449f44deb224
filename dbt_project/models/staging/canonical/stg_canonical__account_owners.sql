with source_rows as (

    select * from {{ source('canonical', 'account_owners') }}

),

latest as (

    {{ latest_versions('source_rows', key=['account_id', 'email', 'role', 'from_on'], ignore_case=['email']) }}

),

final as (

    select
        {{ to_id('account_id') }} as account_id,
        {{ to_email('email') }} as email,
        {{ to_text('role') }} as role,
        {{ to_date('from_on') }} as from_on,
        {{ to_date('to_on') }} as to_on,
        {{ lineage('canonical', "concat_ws('/', account_id, email, role, from_on)") }}
    from latest

)

select * from final
