with source_rows as (

    select * from {{ source('policy', 'handoff_fields') }}

),

latest as (

    {{ latest_versions('source_rows', key=['kind', 'field']) }}

),

final as (

    select
        {{ to_text('kind') }} as kind,
        {{ to_text('field') }} as field,
        {{ to_boolean('is_required') }} as is_required,
        {{ to_integer('minimum_length') }} as minimum_length,
        {{ lineage('policy', "concat_ws('/', kind, field)") }}
    from latest

)

select * from final
