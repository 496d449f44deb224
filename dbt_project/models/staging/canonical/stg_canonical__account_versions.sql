with source_rows as (

    select * from {{ source('canonical', 'accounts') }}

),

parameters as (

    select time_zone from {{ ref('stg_build__parameters') }}

),

versions as (

    {{ all_versions('source_rows', key=['account_id']) }}

),

final as (

    select
        {{ to_id('account_id') }} as account_id,
        {{ to_text('account_name') }} as account_name,
        {{ to_id('parent_account_id') }} as parent_account_id,
        {{ to_decimal('acv') }} as acv,
        {{ to_text('industry') }} as industry,
        {{ to_text('region') }} as region,
        {{ to_date('created_on') }} as created_on,
        {{ to_email('csm_email') }} as csm_email,
        {{ to_text('segment') }} as segment,
        {{ business_date('_known_at', 'parameters.time_zone') }} as valid_from,
        -- files say nothing of when a value changed, only of when it arrived
        true as is_dated_by_delivery,
        versions.version_number,
        versions.is_latest_version,
        {{ lineage('canonical', 'account_id') }}
    from versions
    cross join parameters

)

select * from final
