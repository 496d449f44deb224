with holds as (

    select * from {{ ref('stg_salesforce__hold') }}

),

final as (

    select
        {{ select_columns(canonical_columns('holds') + lineage_columns()) }}
    from holds

)

select * from final
