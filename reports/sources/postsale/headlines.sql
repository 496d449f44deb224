-- The headline numbers, each traced when it was published: what it is, whether its raw rows alone make it again.
select
    headline.metric,
    catalogue.label,
    catalogue.unit,
    catalogue.formula,
    headline.grain,
    strftime(headline.metric_time, '%Y-%m-%d') as metric_time,
    case headline.grain
        when 'quarter' then format('Q{} {}', quarter(headline.metric_time), year(headline.metric_time))
        else strftime(headline.metric_time, '%b %Y')
    end as period,
    headline.value,
    headline.recomputed,
    headline.method,
    headline.reconciles,
    headline.verdict,
    cast(headline.fact_rows as double) as fact_rows,
    cast(headline.raw_rows as double) as raw_rows,
    cast(headline.listed_rows as double) as listed_rows
from (select 1 as one) as always_one_row
left join audit.headline as headline on true
left join metrics.catalogue as catalogue on headline.metric = catalogue.metric
