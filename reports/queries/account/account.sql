select
    account_id, account_name, segment, csm, team, industry, region, product, signed_on, signed_quarter, first_service_on, arr, is_customer,
    revenue_account_name, lifecycle_stage, ttfv_band, band, health_score, previous_health_score, health_score_change, missing_signals,
    account_nrr, base_arr
from postsale.accounts
where account_id = '${inputs.account.value}'
