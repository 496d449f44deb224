-- The fact rows behind each headline number, with what each gives to it.
select
    headline_fact.metric,
    headline_fact.side,
    side_metrics.label as side_label,
    side_metrics.unit,
    headline_fact.fact,
    headline_fact.fact_id,
    headline_fact.account_id,
    dim_account.account_name,
    strftime(headline_fact.fact_on, '%Y-%m-%d') as fact_on,
    headline_fact.contribution,
    headline_fact.share
from (select 1 as one) as always_one_row
left join audit.headline_fact as headline_fact on true
left join marts.dim_account as dim_account on headline_fact.account_id = dim_account.account_id
left join metrics.catalogue as side_metrics on headline_fact.side_metric = side_metrics.metric
order by headline_fact.metric
