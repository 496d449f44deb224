with source_rows as (

    select * from {{ source('canonical', 'holds') }}

),

latest as (

    {{ latest_versions('source_rows', key=['onboarding_id', 'from_on']) }}

),

final as (

    select
        {{ to_id('onboarding_id') }} as onboarding_id,
        {{ to_date('from_on') }} as from_on,
        {{ to_date('to_on') }} as to_on,
        {{ to_text('party') }} as party,
        {{ to_text('reason') }} as reason,
        {{ lineage('canonical', "concat_ws('/', onboarding_id, from_on)") }}
    from latest

)

select * from final
