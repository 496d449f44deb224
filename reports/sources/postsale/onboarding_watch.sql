-- Onboardings that stand still or fall behind on the day of the data, with who owns them and since when.
select
    fct_warning.account_id,
    dim_account.account_name,
    dim_account.segment,
    dim_account.csm,
    concat(dim_account_history.slices, dim_account_journey.slices) as slices,
    fct_onboarding.owner,
    fct_warning.kind,
    fct_warning.label,
    strftime(fct_onboarding.contract_signed_on, '%Y-%m-%d') as signed_on,
    strftime(fct_onboarding.first_value_deadline_on, '%Y-%m-%d') as deadline_on,
    strftime(fct_warning.opened_on, '%Y-%m-%d') as opened_on,
    cast(fct_warning.days_open as double) as days_open,
    cast(fct_warning.arr_at_risk as double) as arr_at_risk,
    fct_warning.evidence
from (select 1 as one) as always_one_row
left join metrics.build as build on true
left join marts.fct_warning as fct_warning
    on
        fct_warning.is_open
        and fct_warning.subject_type = 'onboarding'
        and fct_warning.kind in ('stall', 'ttfv_off_pace', 'ttfv_beyond_target', 'live_no_value_30d')
left join marts.fct_onboarding as fct_onboarding on fct_warning.subject_id = fct_onboarding.onboarding_id
left join marts.dim_account as dim_account on fct_warning.account_id = dim_account.account_id
left join marts.dim_account_history as dim_account_history
    on
        dim_account.account_id = dim_account_history.account_id
        and build.as_of between dim_account_history.valid_from and dim_account_history.valid_to
left join marts.dim_account_journey as dim_account_journey
    on
        dim_account.account_id = dim_account_journey.account_id
        and build.as_of between dim_account_journey.valid_from and dim_account_journey.valid_to
