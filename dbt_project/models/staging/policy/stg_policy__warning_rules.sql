with source_rows as (

    select * from {{ source('policy', 'warning_rules') }}

),

latest as (

    {{ latest_versions('source_rows', key=['kind']) }}

),

final as (

    select
        {{ to_text('kind') }} as kind,
        {{ to_text('label') }} as label,
        {{ to_text('severity') }} as severity,
        {{ to_decimal('threshold') }} as threshold,
        {{ to_integer('window_days') }} as window_days,
        {{ to_integer('response_hours') }} as response_hours,
        {{ to_boolean('is_active') }} as is_active,
        {{ lineage('policy', 'kind') }}
    from latest

)

select * from final
