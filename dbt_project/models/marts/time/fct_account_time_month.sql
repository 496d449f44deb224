-- Grain: account x month in which somebody worked for it: hours by category. One table for one reader's eye: the
-- hours of a company come from `fct_time_entry`.
with entries as (
    select
        account_id,
        {{ month_end('spent_on') }} as month_end,
        category,
        is_post_live,
        hours
    from {{ ref('fct_time_entry') }}
    where account_id is not null
),

final as (
    select
        {{ surrogate_key(['account_id', 'month_end']) }} as account_time_month_id,
        account_id,
        month_end,
        cast(sum(hours) as decimal(28, 4)) as hours,
        {%- for category in ['implementation', 'success', 'support', 'internal', 'unclassified'] %}
        cast(
            sum(case when category = '{{ category }}' then hours else 0 end) as decimal(28, 4)
        ) as {{ category }}_hours,
        {%- endfor %}
        cast(
            sum(case when category = 'implementation' and is_post_live then hours else 0 end) as decimal(28, 4)
        ) as post_live_implementation_hours
    from entries
    group by account_id, month_end
)

select
    account_time_month_id,
    account_id,
    month_end,
    hours,
    implementation_hours,
    success_hours,
    support_hours,
    internal_hours,
    unclassified_hours,
    post_live_implementation_hours
from final
