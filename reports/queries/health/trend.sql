-- The 24 months to the last closed one.
select month, month_label, health_score, at_risk_arr, scored_arr, at_risk_accounts, watched_accounts, healthy_accounts, scored_accounts, health_backtest_auc, health_backtest_renewals
from (
    select month, month_label, health_score, at_risk_arr, scored_arr, at_risk_accounts, watched_accounts, healthy_accounts, scored_accounts, health_backtest_auc, health_backtest_renewals
    from postsale.health
    where
        slice = '${inputs.slice.value}'
        and month <= (select last_closed_month from postsale.build)
    order by month desc
    limit 24
)
order by month
