-- Grain: source account x day on which a renewal of it falls due. Left out: days on which every line that ends had an
-- agreed term shorter than `renewal_minimum_term_days`; an add-on bought late in a term is due together with the rest.
with parameters as (
    select renewal_minimum_term_days from {{ ref('stg_build__parameters') }}
),

lines as (
    select
        account_id,
        revenue_account_id,
        due_on,
        agreed_term_days,
        is_terminated,
        arr
    from {{ ref('int_due_lines') }}
),

gathered as (
    select
        account_id,
        revenue_account_id,
        due_on,
        max(agreed_term_days) as agreed_term_days,
        min(case when is_terminated then 1 else 0 end) = 1 as is_terminated,
        sum(arr) as due_arr
    from lines
    group by account_id, revenue_account_id, due_on
),

final as (
    select
        gathered.account_id,
        gathered.revenue_account_id,
        gathered.due_on,
        gathered.agreed_term_days,
        gathered.is_terminated,
        cast(gathered.due_arr as decimal(28, 6)) as due_arr
    from gathered
    inner join parameters on gathered.agreed_term_days >= parameters.renewal_minimum_term_days
)

select
    account_id,
    revenue_account_id,
    due_on,
    agreed_term_days,
    is_terminated,
    due_arr
from final
