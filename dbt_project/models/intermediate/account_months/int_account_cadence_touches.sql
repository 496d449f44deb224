-- Grain: account x closed month x touch that policy `cadence` asks of a customer in the month. A recurring touch is due
-- at every month-end once the customer has been one for as long as the touch has time, and kept when a meeting of its
-- kind was held in that time. A touch asked once is due in the month in which its time after the signature ends.
with rules as (
    select
        segment,
        touch,
        {{ normalized_name('meeting_kind') }} as kind_key,
        every_days,
        by_day
    from {{ ref('stg_policy__cadence') }}
),

account_months as (
    select
        account_id,
        month_end,
        first_contract_on,
        segment
    from {{ ref('int_account_months') }}
    where is_customer
),

onboardings as (
    select
        account_id,
        contract_signed_on,
        segment
    from {{ ref('int_onboardings_seen') }}
),

meetings as (
    select
        account_id,
        kind_key,
        held_on
    from {{ ref('int_meetings_attended') }}
),

touches as (
    select distinct
        segment,
        touch,
        every_days,
        by_day
    from rules
),

due as (
    select
        account_months.account_id,
        account_months.month_end,
        touches.segment,
        touches.touch,
        {{ add_days('account_months.month_end', '1 - touches.every_days') }} as window_from,
        account_months.month_end as window_to
    from account_months
    inner join touches on account_months.segment = touches.segment
    where
        touches.every_days is not null
        and {{ days_between('account_months.first_contract_on', 'account_months.month_end') }} + 1 >= touches.every_days

    union all

    select
        account_months.account_id,
        account_months.month_end,
        touches.segment,
        touches.touch,
        onboardings.contract_signed_on as window_from,
        {{ add_days('onboardings.contract_signed_on', 'touches.by_day') }} as window_to
    from onboardings
    inner join touches on onboardings.segment = touches.segment
    inner join account_months
        on onboardings.account_id = account_months.account_id
        and {{ month_end(add_days('onboardings.contract_signed_on', 'touches.by_day')) }} = account_months.month_end
    where touches.by_day is not null
),

-- Several kinds of meeting may be the touch; two onboardings in one month ask for it once, and both want it kept.
judged as (
    select
        due.account_id,
        due.month_end,
        due.touch,
        due.window_from,
        max(case when meetings.account_id is not null then 1 else 0 end) as is_kept
    from due
    inner join rules
        on due.segment = rules.segment
        and due.touch = rules.touch
    left join meetings
        on due.account_id = meetings.account_id
        and rules.kind_key = meetings.kind_key
        and meetings.held_on between due.window_from and due.window_to
    group by due.account_id, due.month_end, due.touch, due.window_from
),

final as (
    select
        account_id,
        month_end,
        touch,
        min(is_kept) = 1 as is_kept
    from judged
    group by account_id, month_end, touch
)

select
    account_id,
    month_end,
    touch,
    is_kept
from final
