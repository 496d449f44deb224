-- Grain: account that is judged x kind x unbroken stretch of days: `service` (a line with ARR above zero is active, a
-- late renewal bridged) and `renewal` (a term ends within the days that policy gives, or its renewal is late). A
-- revenue account is judged over every account that rolls up to it. Only terms of `renewal_minimum_term_days`
-- and more are renewed, and none that was ended early.
with accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

judged as (
    select
        revenue_account_id as account_id,
        account_id as member_account_id
    from accounts
    union
    select
        account_id,
        account_id as member_account_id
    from accounts
),

parameters as (
    select renewal_minimum_term_days from {{ ref('stg_build__parameters') }}
),

windows as (
    select max(coalesce(days, 0)) as renewal_window_days
    from {{ ref('stg_policy__lifecycle_stages') }}
    where stage = 'renewal'
),

service_lines as (
    select
        account_id,
        service_from,
        service_to,
        is_bridge
    from {{ ref('int_arr_lines') }}
    where arr > 0
),

terms as (
    select
        lines.account_id,
        lines.service_from,
        lines.service_to,
        windows.renewal_window_days
    from {{ ref('int_subscription_lines') }} as lines
    cross join windows
    cross join parameters
    where
        lines.arr > 0
        and not lines.is_terminated
        and lines.service_to < {{ far_future() }}
        and {{ days_between('lines.service_from', 'lines.service_to') }} + 1 >= parameters.renewal_minimum_term_days
),

-- A renewal is due on the day after the last day: the window is the days before that day.
renewal_days as (
    select
        account_id,
        greatest(service_from, {{ add_days('service_to', '1 - renewal_window_days') }}) as first_day,
        service_to as last_day
    from terms
    where renewal_window_days > 0
    union all
    select
        account_id,
        service_from as first_day,
        service_to as last_day
    from service_lines
    where is_bridge
),

stretches as (
    select
        {{ surrogate_key(['judged.account_id', "'service'"]) }} as stretch_key,
        service_lines.service_from as first_day,
        service_lines.service_to as last_day
    from judged
    inner join service_lines on judged.member_account_id = service_lines.account_id
    union all
    select
        {{ surrogate_key(['judged.account_id', "'renewal'"]) }} as stretch_key,
        renewal_days.first_day,
        renewal_days.last_day
    from judged
    inner join renewal_days on judged.member_account_id = renewal_days.account_id
),

keys as (
    select
        account_id,
        'service' as kind,
        {{ surrogate_key(['account_id', "'service'"]) }} as stretch_key
    from accounts
    union all
    select
        account_id,
        'renewal' as kind,
        {{ surrogate_key(['account_id', "'renewal'"]) }} as stretch_key
    from accounts
),

merged as (
    {{ merged_periods('stretches', key='stretch_key', first_day='first_day', last_day='last_day') }}
),

final as (
    select
        keys.account_id,
        keys.kind,
        merged.stretch_number as period_number,
        merged.first_day,
        merged.last_day
    from merged
    inner join keys on merged.stretch_key = keys.stretch_key
)

select
    account_id,
    kind,
    period_number,
    first_day,
    last_day
from final
