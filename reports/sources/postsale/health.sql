-- Health, its bands and its back-test by month and slice.
select
    strftime(health_monthly.metric_time, '%Y-%m-01') as month,
    strftime(health_monthly.metric_time, '%b %Y') as month_label,
    health_monthly.slice,
    cast(health_monthly.health_score as double) as health_score,
    cast(health_monthly.health_score_1m_ago as double) as health_score_1m_ago,
    cast(health_monthly.health_score_change_1m as double) as health_score_change_1m,
    cast(health_monthly.at_risk_arr as double) as at_risk_arr,
    cast(health_monthly.at_risk_arr_1m_ago as double) as at_risk_arr_1m_ago,
    cast(health_monthly.at_risk_arr_change_1m as double) as at_risk_arr_change_1m,
    cast(health_monthly.at_risk_arr_12m_ago as double) as at_risk_arr_12m_ago,
    cast(health_monthly.at_risk_arr_change_12m as double) as at_risk_arr_change_12m,
    cast(health_monthly.at_risk_accounts as double) as at_risk_accounts,
    cast(health_monthly.at_risk_accounts_1m_ago as double) as at_risk_accounts_1m_ago,
    cast(health_monthly.at_risk_accounts_change_1m as double) as at_risk_accounts_change_1m,
    cast(health_monthly.scored_accounts as double) as scored_accounts,
    cast(health_monthly.scored_arr as double) as scored_arr,
    cast(health_monthly.watched_accounts as double) as watched_accounts,
    cast(health_monthly.healthy_accounts as double) as healthy_accounts,
    cast(health_monthly.health_backtest_auc as double) as health_backtest_auc,
    cast(health_monthly.health_backtest_renewals as double) as health_backtest_renewals,
    cast(health_monthly.health_backtest_lost_renewals as double) as health_backtest_lost_renewals,
    health_monthly.is_complete
from (select 1 as one) as always_one_row
left join metrics.health_monthly as health_monthly on true
