with versions as (

    select * from {{ ref('stg_salesforce__mapped_account_versions') }}

),

final as (

    select
        {{ select_columns(canonical_columns('accounts') + lineage_columns()) }}
    from versions
    where is_latest_version

)

select * from final
