with versions as (

    select * from {{ ref('stg_salesforce__user_versions') }}

),

final as (

    select * from versions
    where is_latest_version

)

select * from final
