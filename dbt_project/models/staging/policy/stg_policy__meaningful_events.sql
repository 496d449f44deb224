with source_rows as (

    select * from {{ source('policy', 'meaningful_events') }}

),

latest as (

    {{ latest_versions('source_rows', key=['kind', 'event_name', 'feature']) }}

),

final as (

    select
        {{ to_text('kind') }} as kind,
        {{ to_text('event_name') }} as event_name,
        {{ to_text('feature') }} as feature,
        {{ to_boolean('is_core') }} as is_core,
        {{ lineage('policy', "concat_ws('/', kind, event_name, feature)") }}
    from latest

)

select * from final
