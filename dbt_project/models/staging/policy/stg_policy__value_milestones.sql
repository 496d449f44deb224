with source_rows as (

    select * from {{ source('policy', 'value_milestones') }}

),

latest as (

    {{ latest_versions('source_rows', key=['segment', 'milestone_name']) }}

),

final as (

    select
        {{ to_text('segment') }} as segment,
        {{ to_text('milestone_name') }} as milestone_name,
        {{ to_boolean('is_first_value') }} as is_first_value,
        {{ to_text('event_name') }} as event_name,
        {{ to_integer('threshold') }} as threshold,
        {{ to_integer('within_days') }} as within_days,
        {{ lineage('policy', "concat_ws('/', segment, milestone_name)") }}
    from latest

)

select * from final
