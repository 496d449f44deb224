with source_rows as (

    select * from {{ source('canonical', 'references') }}

),

latest as (

    {{ latest_versions('source_rows', key=['reference_id']) }}

),

final as (

    select
        {{ to_id('reference_id') }} as reference_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_text('stage') }} as stage,
        {{ to_text('kind') }} as kind,
        {{ to_date('since_on') }} as since_on,
        {{ to_date('ended_on') }} as ended_on,
        {{ lineage('canonical', 'reference_id') }}
    from latest

)

select * from final
