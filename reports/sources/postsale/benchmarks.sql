-- What the company compares itself with: its own targets, and claims of the market with their source.
select
    benchmarks.metric,
    benchmarks.segment,
    cast(benchmarks.value as double) as target,
    cast(benchmarks.upper_value as double) as target_upper,
    benchmarks.source,
    benchmarks.kind
from (select 1 as one) as always_one_row
left join metrics.benchmarks as benchmarks on true
