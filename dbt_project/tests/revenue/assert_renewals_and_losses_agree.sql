/*
  Renewals, their forecast, what was lost and what was won say what they repeat of each other alike, name the rows they
  were made from, and hold their days and reasons in order.
*/
with renewals as (

    select * from {{ ref('fct_renewal') }}

),

forecasts as (

    select * from {{ ref('fct_renewal_forecast') }}

),

losses as (

    select * from {{ ref('fct_arr_loss') }}

),

expansions as (

    select * from {{ ref('fct_expansion') }}

),

final as (

    select renewal_id as key_value
    from renewals
    where agreed_term_days < 90
        or is_terminated is null
        or days_late < 0
        or (outcome = 'renewed_late') <> (coalesce(days_late, 0) > 0)
        or (deal_state is not null) <> (opportunity_id is not null)
        or (owner is not null and opportunity_id is null)
        or (loss_reason is not null and opportunity_id is null)
        or source_row_hashes is null

    union all

    select forecasts.renewal_id as key_value
    from forecasts
    left join renewals on forecasts.renewal_id = renewals.renewal_id
    where forecasts.due_on <> renewals.due_on
        or forecasts.source_row_hashes is null

    union all

    select arr_movement_id as key_value
    from losses
    where occurred_on is null
        or occurred_on > month_end
        or (loss_reason is not null and opportunity_id is null)
        or source_row_hashes is null

    union all

    select expansion_id as key_value
    from expansions
    where source_row_hashes is null

)

select * from final
