-- Grain: closed month x slice ('total', or one value of one dimension) with a decided renewal among those due in the
-- twelve months to the month-end. AUC is the share of all pairs of a renewed and a lost renewal in which the renewed
-- one had the higher score before, ties for one half; null without one of the two. A share of pairs is no decimal: it
-- is a double.
with renewals as (
    select
        due_month_end,
        health_score,
        is_renewed,
        book_id,
        journey_id
    from {{ ref('fct_health_backtest') }}
),

months as (
    select month_end from {{ ref('int_months') }}
),

books as (
    select
        book_id,
        segment,
        csm,
        team,
        industry,
        region,
        product,
        signed_quarter
    from {{ ref('dim_account_history') }}
),

sliced as (
    select
        months.month_end,
        renewals.health_score,
        case when renewals.is_renewed then 1 else 0 end as renewed,
        case when renewals.is_renewed then 0 else 1 end as lost,
        books.segment,
        books.csm,
        books.team,
        books.industry,
        books.region,
        books.product,
        books.signed_quarter
    from renewals
    inner join months
        on renewals.due_month_end <= months.month_end
        and renewals.due_month_end > {{ month_end_before('months.month_end', 12) }}
    inner join books on renewals.book_id = books.book_id
),

cells as (
    select
        month_end,
        'total' as dimension,
        'all' as dimension_value,
        health_score,
        sum(renewed) as renewed,
        sum(lost) as lost
    from sliced
    group by month_end, health_score
    {%- for dimension in slice_columns() %}
    union all
    select
        month_end,
        '{{ dimension }}' as dimension,
        {{ dimension }} as dimension_value,
        health_score,
        sum(renewed) as renewed,
        sum(lost) as lost
    from sliced
    group by month_end, {{ dimension }}, health_score
    {%- endfor %}
),

ranked as (
    select
        month_end,
        dimension,
        dimension_value,
        renewed,
        lost,
        sum(lost) over (
            partition by month_end, dimension, dimension_value
            order by health_score
            rows between unbounded preceding and current row
        ) - lost as lost_below
    from cells
),

summed as (
    select
        month_end,
        dimension,
        dimension_value,
        sum(renewed) as renewed,
        sum(lost) as lost,
        -- Twice the number of pairs that the score has right, so that a tie is a whole number.
        sum(renewed * (2 * lost_below + lost)) as right_pairs_twice
    from ranked
    group by month_end, dimension, dimension_value
),

final as (
    select
        {{ surrogate_key(['month_end', 'dimension', 'dimension_value']) }} as health_backtest_id,
        month_end,
        dimension,
        dimension_value,
        cast(renewed as integer) as renewed_renewals,
        cast(lost as integer) as lost_renewals,
        cast(renewed + lost as integer) as decided_renewals,
        cast(right_pairs_twice as {{ type_double() }}) / nullif(2 * renewed * lost, 0) as health_backtest_auc
    from summed
)

select
    health_backtest_id,
    month_end,
    dimension,
    dimension_value,
    renewed_renewals,
    lost_renewals,
    decided_renewals,
    health_backtest_auc
from final
