with versions as (

    select * from {{ ref('stg_harvest__mapped_person_versions') }}

),

final as (

    select
        {{ select_columns(canonical_columns('people') + lineage_columns()) }}
    from versions
    where is_latest_version

)

select * from final
