with source_rows as (

    select * from {{ source('policy', 'operating_models') }}

),

latest as (

    {{ latest_versions('source_rows', key=['csm_email', 'from_on'], ignore_case=['csm_email']) }}

),

final as (

    select
        {{ to_email('csm_email') }} as csm_email,
        {{ to_text('operating_model') }} as operating_model,
        {{ to_date('from_on') }} as from_on,
        {{ lineage('policy', "concat_ws('/', csm_email, from_on)") }}
    from latest

)

select * from final
