-- How far each cause moved each restated value of the total; the parts add up to its difference.
select
    strftime(part.published_at, '%Y-%m-%d %H:%M') as published_at,
    part.metric,
    catalogue.label,
    catalogue.unit,
    strftime(part.metric_time, '%Y-%m-%d') as metric_time,
    part.grain,
    cast(part.step as integer) as step,
    part.cause,
    try_cast(part.value_before as double) as value_before,
    try_cast(part.value_after as double) as value_after,
    cast(part.difference as double) as difference
from (select 1 as one) as always_one_row
left join audit.restatement_part as part on part.slice = '{}'
left join metrics.catalogue as catalogue on part.metric = catalogue.metric
order by part.sequence desc
limit 2000
