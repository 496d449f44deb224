with source_rows as (

    select * from {{ source('policy', 'cadence') }}

),

latest as (

    {{ latest_versions('source_rows', key=['segment', 'touch', 'meeting_kind']) }}

),

final as (

    select
        {{ to_text('segment') }} as segment,
        {{ to_text('touch') }} as touch,
        {{ to_text('meeting_kind') }} as meeting_kind,
        {{ to_integer('every_days') }} as every_days,
        {{ to_integer('by_day') }} as by_day,
        {{ lineage('policy', "concat_ws('/', segment, touch, meeting_kind)") }}
    from latest

)

select * from final
