with source_rows as (

    select * from {{ source('policy', 'churn_reasons') }}

),

latest as (

    {{ latest_versions('source_rows', key=['loss_reason']) }}

),

final as (

    select
        {{ to_text('loss_reason') }} as loss_reason,
        {{ to_text('churn_reason') }} as churn_reason,
        {{ lineage('policy', 'loss_reason') }}
    from latest

)

select * from final
