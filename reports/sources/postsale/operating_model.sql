-- Books whose CSM also implemented against books whose CSM did not: differences, intervals, verdicts.
select
    operating_model_comparison.comparison,
    operating_model_comparison.outcome,
    operating_model_comparison.arm_a,
    operating_model_comparison.arm_b,
    cast(operating_model_comparison.books_a as double) as books_a,
    cast(operating_model_comparison.books_b as double) as books_b,
    cast(operating_model_comparison.accounts_a as double) as accounts_a,
    cast(operating_model_comparison.accounts_b as double) as accounts_b,
    cast(operating_model_comparison.value_a as double) as value_a,
    cast(operating_model_comparison.value_b as double) as value_b,
    cast(operating_model_comparison.difference as double) as difference,
    cast(operating_model_comparison.low as double) as low,
    cast(operating_model_comparison.high as double) as high,
    cast(operating_model_comparison.confidence as double) as confidence,
    operating_model_comparison.verdict,
    operating_model_comparison.reason
from (select 1 as one) as always_one_row
left join metrics.operating_model_comparison as operating_model_comparison on true
