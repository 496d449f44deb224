with versions as (

    select * from {{ ref('stg_canonical__account_versions') }}

),

final as (

    select
        account_id,
        account_name,
        parent_account_id,
        acv,
        industry,
        region,
        created_on,
        csm_email,
        segment,
        {{ lineage_columns() | join(',\n        ') }}
    from versions
    where is_latest_version

)

select * from final
