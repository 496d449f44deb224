with source_rows as (

    select * from {{ source('canonical', 'onboardings') }}

),

latest as (

    {{ latest_versions('source_rows', key=['onboarding_id']) }}

),

final as (

    select
        {{ to_id('onboarding_id') }} as onboarding_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_date('contract_signed_on') }} as contract_signed_on,
        {{ to_date('kickoff_on') }} as kickoff_on,
        {{ to_date('go_live_on') }} as go_live_on,
        {{ to_date('planned_go_live_on') }} as planned_go_live_on,
        {{ to_date('exited_on') }} as exited_on,
        {{ to_email('owner_email') }} as owner_email,
        {{ to_text('status') }} as status,
        {{ to_text('configuration') }} as configuration,
        {{ to_decimal('planned_hours', 18, 4) }} as planned_hours,
        {{ to_decimal('services_fee') }} as services_fee,
        {{ to_decimal('csat_at_go_live') }} as csat_at_go_live,
        {{ to_decimal('nps_at_completion') }} as nps_at_completion,
        {{ lineage('canonical', 'onboarding_id') }}
    from latest

)

select * from final
