with source_rows as (

    select * from {{ source('build', 'parameters') }}

),

final as (

    select
        as_of,
        as_of_origin,
        known_at,
        last_closed_month_end,
        reporting_currency,
        time_zone,
        account_grain,
        renewal_grace_days,
        sustained_use_weeks,
        fiscal_year_start_month,
        fiscal_year_of_as_of,
        minimum_slice_accounts,
        attribute_history,
        usage_window_days,
        usage_baseline_days,
        engagement_days,
        key_contact_roles,
        live_no_value_days,
        engaged_days,
        stall_days,
        post_live_days,
        rework_percent,
        core_feature_target,
        health_backtest_days,
        operating_model_weeks,
        conflated_above_percent,
        quarter_end_days,
        comparison_minimum_books,
        comparison_confidence_percent,
        renewal_minimum_term_days,
        renewal_match_days,
        forecast_minimum_renewals,
        policy_hash,
        input_hash,
        code_version,
        build_id,
        segments_are_default
    from source_rows

)

select * from final
