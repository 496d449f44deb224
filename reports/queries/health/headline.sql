-- The last closed month of the chosen slice: one row.
select
    health.slice, health.month, health.month_label, health.health_score, health.health_score_1m_ago, health.health_score_change_1m,
    health.scored_accounts, health.scored_arr, health.at_risk_arr, health.at_risk_arr_1m_ago, health.at_risk_arr_change_1m,
    health.at_risk_accounts, health.watched_accounts, health.healthy_accounts,
    health.health_backtest_auc, health.health_backtest_renewals, health.health_backtest_lost_renewals,
    warnings.open_warnings, warnings.warnings_opened, warnings.warnings_due_response, warnings.warning_response_24h_rate, warnings.median_response_hours
from postsale.health as health
left join postsale.warnings as warnings
    on health.month = warnings.month and health.slice = warnings.slice
where
    health.slice = '${inputs.slice.value}'
    and health.month = (select last_closed_month from postsale.build)
