-- Published values of closed periods that changed later, newest first: what each was, is, and why.
select
    strftime(restatement.published_at, '%Y-%m-%d %H:%M') as published_at,
    restatement.build_id,
    restatement.metric,
    catalogue.label,
    catalogue.unit,
    restatement.grain,
    strftime(restatement.metric_time, '%Y-%m-%d') as metric_time,
    case restatement.grain
        when 'month' then strftime(restatement.metric_time, '%b %Y')
        when 'quarter' then format('Q{} {}', quarter(restatement.metric_time), year(restatement.metric_time))
        else strftime(restatement.metric_time, '%Y-%m-%d')
    end as period,
    restatement.slice,
    restatement.slice = '{}' as is_total,
    try_cast(restatement.value_before as double) as value_before,
    try_cast(restatement.value_after as double) as value_after,
    cast(restatement.difference as double) as difference,
    restatement.causes
from (select 1 as one) as always_one_row
left join audit.restatement as restatement on true
left join metrics.catalogue as catalogue on restatement.metric = catalogue.metric
order by restatement.sequence desc
limit 2000
