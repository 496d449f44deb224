-- Grain: revenue account that ever had a line x closed month x window of 1, 3 and 12 months: ARR at the window's
-- two ends, and what happened between. The snapshot has every month, so a row so many rows back is the month so
-- many months back, and before its first month there was no contract. Amounts are 0 for accounts outside the
-- cohort (no ARR at the window's start).
with months as (
    select
        account_id,
        month_end,
        month_number,
        arr,
        movement_type,
        arr - previous_arr as signed_amount
    from {{ ref('int_account_month_arr') }}
),

account_months as (
    select
        account_id,
        month_end,
        book_id,
        journey_id
    from {{ ref('dim_account_month') }}
),

placed as (
    select
        months.account_id,
        months.month_end,
        months.month_number,
        months.arr,
        case when months.movement_type = 'expansion' then months.signed_amount else 0 end as expansion_amount,
        case when months.movement_type = 'contraction' then -months.signed_amount else 0 end as contraction_amount,
        case when months.movement_type = 'churn' then -months.signed_amount else 0 end as churn_amount,
        case when months.movement_type = 'reactivation' then months.signed_amount else 0 end as reactivation_amount,
        account_months.book_id,
        first_value(account_months.book_id) over (
            partition by months.account_id order by months.month_number
        ) as first_book_id,
        account_months.journey_id,
        first_value(account_months.journey_id) over (
            partition by months.account_id order by months.month_number
        ) as first_journey_id
    from months
    inner join account_months
        on months.account_id = account_months.account_id
        and months.month_end = account_months.month_end
),

{% for months in [1, 3, 12] %}
window_{{ months }} as (
    select
        account_id,
        month_end,
        month_number,
        {{ months }} as window_months,
        arr as current_arr,
        coalesce(lag(arr, {{ months }}) over (partition by account_id order by month_number), 0) as base_arr,
        min(arr) over (
            partition by account_id order by month_number rows between {{ months }} preceding and current row
        ) as lowest_arr,
        {%- if months > 1 %}
        coalesce(
            min(arr) over (
                partition by account_id order by month_number rows between {{ months - 1 }} preceding and 1 preceding
            ), 1
        ) as lowest_arr_between,
        {%- else %}
        -- No month-end lies strictly inside a window of one month.
        1 as lowest_arr_between,
        {%- endif %}
        {%- for movement in ['expansion', 'contraction', 'churn', 'reactivation'] %}
        sum({{ movement }}_amount) over (
            partition by account_id order by month_number rows between {{ months - 1 }} preceding and current row
        ) as {{ movement }}_amount,
        {%- endfor %}
        coalesce(
            lag(book_id, {{ months }}) over (partition by account_id order by month_number), first_book_id
        ) as book_id,
        coalesce(
            lag(journey_id, {{ months }}) over (partition by account_id order by month_number), first_journey_id
        ) as journey_id
    from placed
),
{% endfor %}
windows as (
    {%- for months in [1, 3, 12] %}
    select
        account_id,
        month_end,
        month_number,
        window_months,
        current_arr,
        base_arr,
        lowest_arr,
        lowest_arr_between,
        expansion_amount,
        contraction_amount,
        churn_amount,
        reactivation_amount,
        book_id,
        journey_id
    from window_{{ months }}
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}
),

-- Outside the cohort every amount is 0, so that a sum over all rows is the sum over the cohort.
cohort as (
    select
        account_id,
        month_end,
        window_months,
        {{ month_end_before('month_end', 'window_months') }} as window_start,
        base_arr > 0 as is_base,
        base_arr,
        case when base_arr > 0 then current_arr else 0 end as current_arr,
        case when base_arr > 0 then lowest_arr else 0 end as running_min_arr,
        case when base_arr > 0 then expansion_amount else 0 end as expansion_amount,
        case when base_arr > 0 then contraction_amount else 0 end as contraction_amount,
        case when base_arr > 0 then churn_amount else 0 end as churn_amount,
        case when base_arr > 0 then reactivation_amount else 0 end as reactivation_arr,
        base_arr > 0 and current_arr > 0 and lowest_arr_between = 0 as is_lapsed,
        book_id,
        journey_id
    from windows
),

final as (
    select
        {{ surrogate_key(['account_id', 'month_end', 'window_months']) }} as arr_window_id,
        account_id,
        month_end,
        window_months,
        window_start,
        cast(base_arr as decimal(28, 6)) as base_arr,
        cast(current_arr as decimal(28, 6)) as current_arr,
        cast(least(base_arr, current_arr) as decimal(28, 6)) as retained_arr,
        cast(running_min_arr as decimal(28, 6)) as running_min_arr,
        cast(case when is_lapsed then 0 else current_arr end as decimal(28, 6)) as current_arr_excluding_reactivated,
        cast(
            base_arr + expansion_amount - contraction_amount - churn_amount as decimal(28, 6)
        ) as flow_arr,
        cast(reactivation_arr as decimal(28, 6)) as reactivation_arr,
        cast(greatest(current_arr - base_arr, 0) as decimal(28, 6)) as expansion_arr,
        cast(
            case when current_arr > 0 then greatest(base_arr - current_arr, 0) else 0 end as decimal(28, 6)
        ) as contraction_arr,
        cast(case when current_arr = 0 then base_arr else 0 end as decimal(28, 6)) as churned_arr,
        cast(case when is_base then current_arr / base_arr end as decimal(18, 6)) as account_nrr,
        case
            when not is_base then null
            when current_arr = 0 then 'lost'
            when current_arr < 0.8 * base_arr then 'under_80'
            when current_arr < base_arr then 'from_80_to_100'
            when current_arr = base_arr then 'unchanged'
            when current_arr <= 1.2 * base_arr then 'up_to_120'
            else 'over_120'
        end as account_nrr_band,
        is_base,
        case when is_base then 1 else 0 end as base_accounts,
        case when is_base and current_arr = 0 then 1 else 0 end as churned_accounts,
        is_lapsed,
        book_id,
        journey_id
    from cohort
)

select
    arr_window_id,
    account_id,
    month_end,
    window_months,
    window_start,
    base_arr,
    current_arr,
    retained_arr,
    running_min_arr,
    current_arr_excluding_reactivated,
    flow_arr,
    reactivation_arr,
    expansion_arr,
    contraction_arr,
    churned_arr,
    account_nrr,
    account_nrr_band,
    is_base,
    base_accounts,
    churned_accounts,
    is_lapsed,
    book_id,
    journey_id
from final
