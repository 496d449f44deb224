-- Grain: warning x closed month-end on which it was open.
with warnings as (
    select
        warning_id,
        kind,
        severity,
        account_id,
        opened_on,
        closed_on
    from {{ ref('fct_warning') }}
),

account_months as (
    select
        account_id,
        month_end,
        book_id,
        journey_id
    from {{ ref('dim_account_month') }}
),

final as (
    select
        {{ surrogate_key(['warnings.warning_id', 'account_months.month_end']) }} as warning_month_id,
        warnings.warning_id,
        warnings.account_id,
        account_months.month_end,
        warnings.kind,
        warnings.severity,
        {{ days_between('warnings.opened_on', 'account_months.month_end') }} as days_open,
        account_months.book_id,
        account_months.journey_id
    from warnings
    inner join account_months
        on warnings.account_id = account_months.account_id
        and warnings.opened_on <= account_months.month_end
        and (warnings.closed_on is null or warnings.closed_on > account_months.month_end)
)

select
    warning_month_id,
    warning_id,
    account_id,
    month_end,
    kind,
    severity,
    days_open,
    book_id,
    journey_id
from final
