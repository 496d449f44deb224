-- Retention by month and one attribute of the account at the window's start.
select
    'region' as dimension,
    strftime(nrr_by_region.metric_time, '%Y-%m-01') as month,
    nrr_by_region.region as dimension_value,
    cast(nrr_by_region.arr as double) as arr,
    cast(nrr_by_region.nrr as double) as nrr,
    cast(nrr_by_region.nrr_change_12m as double) as nrr_change_12m,
    cast(nrr_by_region.grr as double) as grr,
    cast(nrr_by_region.logo_churn_rate as double) as logo_churn_rate,
    cast(nrr_by_region.nrr_cohort_accounts as double) as nrr_cohort_accounts
from (select 1 as one) as always_one_row
left join metrics.nrr_by_region as nrr_by_region on true
union all
select
    'industry' as dimension,
    strftime(nrr_by_industry.metric_time, '%Y-%m-01') as month,
    nrr_by_industry.industry as dimension_value,
    cast(nrr_by_industry.arr as double) as arr,
    cast(nrr_by_industry.nrr as double) as nrr,
    cast(nrr_by_industry.nrr_change_12m as double) as nrr_change_12m,
    cast(nrr_by_industry.grr as double) as grr,
    cast(nrr_by_industry.logo_churn_rate as double) as logo_churn_rate,
    cast(nrr_by_industry.nrr_cohort_accounts as double) as nrr_cohort_accounts
from (select 1 as one) as always_one_row
left join metrics.nrr_by_industry as nrr_by_industry on true
union all
select
    'product' as dimension,
    strftime(nrr_by_product.metric_time, '%Y-%m-01') as month,
    nrr_by_product.product as dimension_value,
    cast(nrr_by_product.arr as double) as arr,
    cast(nrr_by_product.nrr as double) as nrr,
    cast(nrr_by_product.nrr_change_12m as double) as nrr_change_12m,
    cast(nrr_by_product.grr as double) as grr,
    cast(nrr_by_product.logo_churn_rate as double) as logo_churn_rate,
    cast(nrr_by_product.nrr_cohort_accounts as double) as nrr_cohort_accounts
from (select 1 as one) as always_one_row
left join metrics.nrr_by_product as nrr_by_product on true
union all
select
    'team' as dimension,
    strftime(nrr_by_team.metric_time, '%Y-%m-01') as month,
    nrr_by_team.team as dimension_value,
    cast(nrr_by_team.arr as double) as arr,
    cast(nrr_by_team.nrr as double) as nrr,
    cast(nrr_by_team.nrr_change_12m as double) as nrr_change_12m,
    cast(nrr_by_team.grr as double) as grr,
    cast(nrr_by_team.logo_churn_rate as double) as logo_churn_rate,
    cast(nrr_by_team.nrr_cohort_accounts as double) as nrr_cohort_accounts
from (select 1 as one) as always_one_row
left join metrics.nrr_by_team as nrr_by_team on true
union all
select
    'signed_quarter' as dimension,
    strftime(nrr_by_signed_quarter.metric_time, '%Y-%m-01') as month,
    nrr_by_signed_quarter.signed_quarter as dimension_value,
    cast(nrr_by_signed_quarter.arr as double) as arr,
    cast(nrr_by_signed_quarter.nrr as double) as nrr,
    cast(nrr_by_signed_quarter.nrr_change_12m as double) as nrr_change_12m,
    cast(nrr_by_signed_quarter.grr as double) as grr,
    cast(nrr_by_signed_quarter.logo_churn_rate as double) as logo_churn_rate,
    cast(nrr_by_signed_quarter.nrr_cohort_accounts as double) as nrr_cohort_accounts
from (select 1 as one) as always_one_row
left join metrics.nrr_by_signed_quarter as nrr_by_signed_quarter on true
