with versions as (

    select * from {{ ref('stg_salesforce__account_versions') }}

),

final as (

    select * from versions
    where is_latest_version and not coalesce(is_deleted, false)

)

select * from final
