with source_rows as (

    select * from {{ source('policy', 'onboarding_health_signals') }}

),

latest as (

    {{ latest_versions('source_rows', key=['signal']) }}

),

final as (

    select
        {{ to_text('signal') }} as signal,
        {{ to_text('label') }} as label,
        {{ to_decimal('weight') }} as weight,
        {{ to_text('input') }} as input,
        {{ to_decimal('zero_at') }} as zero_at,
        {{ to_decimal('full_at') }} as full_at,
        {{ lineage('policy', 'signal') }}
    from latest

)

select * from final
