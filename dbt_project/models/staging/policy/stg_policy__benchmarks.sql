with source_rows as (

    select * from {{ source('policy', 'benchmarks') }}

),

latest as (

    {{ latest_versions('source_rows', key=['metric', 'segment', 'kind']) }}

),

final as (

    select
        {{ to_text('metric') }} as metric,
        {{ to_text('segment') }} as segment,
        {{ to_decimal('value') }} as value,
        {{ to_decimal('upper_value') }} as upper_value,
        {{ to_text('source') }} as source,
        {{ to_text('kind') }} as kind,
        {{ lineage('policy', "concat_ws('/', metric, segment, kind)") }}
    from latest

)

select * from final
