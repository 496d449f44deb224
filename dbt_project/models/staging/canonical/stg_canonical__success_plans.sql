with source_rows as (

    select * from {{ source('canonical', 'success_plans') }}

),

latest as (

    {{ latest_versions('source_rows', key=['success_plan_id']) }}

),

final as (

    select
        {{ to_id('success_plan_id') }} as success_plan_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_text('horizon') }} as horizon,
        {{ to_text('outcome') }} as outcome,
        {{ to_email('owner_email') }} as owner_email,
        {{ to_id('customer_owner_contact_id') }} as customer_owner_contact_id,
        {{ to_date('agreed_on') }} as agreed_on,
        {{ to_date('due_on') }} as due_on,
        {{ to_date('attained_on') }} as attained_on,
        {{ lineage('canonical', 'success_plan_id') }}
    from latest

)

select * from final
