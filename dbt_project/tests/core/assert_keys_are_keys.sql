/* Surrogate keys are there and name one row each, as the columns behind them do. */
{%- set keys = {
    'cube_cohort_retention': 'cohort_retention_id',
    'cube_first_value_curve': 'first_value_curve_id',
    'cube_first_value_survival': 'first_value_survival_id',
    'cube_handoff_association': 'handoff_association_id',
    'cube_nrr_compounded': 'nrr_compounded_id',
    'cube_onboarding_concurrency': 'onboarding_concurrency_id',
    'fct_arr_line_snapshot': 'arr_line_snapshot_id',
    'fct_arr_movement': 'arr_movement_id',
    'fct_arr_snapshot': 'arr_snapshot_id',
    'fct_arr_transfer': 'arr_transfer_id',
    'fct_arr_window': 'arr_window_id',
} %}
with final as (
    {% for model, key in keys.items() %}
    select {{ key }} as key_value
    from {{ ref(model) }}
    group by {{ key }}
    having count(*) > 1 or {{ key }} is null
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
