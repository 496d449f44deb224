-- Grain: account x closed month since its first contract: how much it used the product. Read from days of usage, not
-- from events.
with parameters as (
    select
        usage_window_days,
        usage_baseline_days
    from {{ ref('stg_build__parameters') }}
),

account_months as (
    select
        account_id,
        month_end,
        first_service_on
    from {{ ref('int_account_months') }}
),

days as (
    select
        account_id,
        used_on,
        sum(meaningful_events) as meaningful_events
    from {{ ref('int_account_usage_days') }}
    group by account_id, used_on
),

user_days as (
    select
        account_id,
        user_id,
        used_on
    from {{ ref('int_account_user_days') }}
),

counted as (
    select
        account_months.account_id,
        account_months.month_end,
        sum(
            case
                when days.used_on > {{ month_end_before('account_months.month_end', 1) }} then days.meaningful_events
                else 0
            end
        ) as meaningful_events,
        sum(
            case
                when days.used_on > {{ add_days('account_months.month_end', '-parameters.usage_window_days') }}
                    then days.meaningful_events
                else 0
            end
        ) as recent_events,
        sum(
            case
                when days.used_on <= {{ add_days('account_months.month_end', '-parameters.usage_window_days') }}
                    and days.used_on > {{ add_days(
                        'account_months.month_end', '-(parameters.usage_window_days + parameters.usage_baseline_days)'
                    ) }}
                    then days.meaningful_events
                else 0
            end
        ) as baseline_events
    from account_months
    cross join parameters
    inner join days
        on account_months.account_id = days.account_id
        and days.used_on <= account_months.month_end
        and days.used_on > {{ add_days(
            'account_months.month_end', '-(31 + parameters.usage_window_days + parameters.usage_baseline_days)'
        ) }}
    group by account_months.account_id, account_months.month_end
),

users as (
    select
        account_months.account_id,
        account_months.month_end,
        count(distinct user_days.user_id) as active_users
    from account_months
    cross join parameters
    inner join user_days
        on account_months.account_id = user_days.account_id
        and user_days.used_on <= account_months.month_end
        and user_days.used_on > {{ add_days('account_months.month_end', '-parameters.usage_window_days') }}
    group by account_months.account_id, account_months.month_end
),

-- Weeks of seven days counted back from the month-end, 0 for the last one.
weeks as (
    select distinct
        account_months.account_id,
        account_months.month_end,
        cast(floor({{ days_between('days.used_on', 'account_months.month_end') }} / 7) as integer) as weeks_back
    from account_months
    inner join days
        on account_months.account_id = days.account_id
        and days.used_on <= account_months.month_end
        and days.used_on > {{ add_days('account_months.month_end', -366) }}
    where days.meaningful_events > 0
),

numbered as (
    select
        account_id,
        month_end,
        weeks_back,
        row_number() over (partition by account_id, month_end order by weeks_back) - 1 as place
    from weeks
),

-- As long as no week is missing, a week's place is its number.
runs as (
    select
        account_id,
        month_end,
        count(*) as weeks_in_a_row
    from numbered
    where weeks_back = place
    group by account_id, month_end
),

final as (
    select
        account_months.account_id,
        account_months.month_end,
        cast(coalesce(counted.meaningful_events, 0) as integer) as meaningful_events,
        cast(coalesce(counted.recent_events, 0) as integer) as recent_events,
        cast(coalesce(counted.baseline_events, 0) as integer) as baseline_events,
        -- Both windows have to lie in the time of service: a beginning is no growth.
        case
            when
                {{ days_between('account_months.first_service_on', 'account_months.month_end') }} + 1
                >= parameters.usage_window_days + parameters.usage_baseline_days
                then cast(
                        cast(counted.recent_events * parameters.usage_baseline_days as decimal(18, 6))
                        / nullif(counted.baseline_events * parameters.usage_window_days, 0) - 1 as decimal(18, 6)
                    )
        end as usage_trend,
        cast(coalesce(users.active_users, 0) as integer) as active_users,
        cast(coalesce(runs.weeks_in_a_row, 0) as integer) as weeks_in_a_row
    from account_months
    cross join parameters
    left join counted
        on account_months.account_id = counted.account_id
        and account_months.month_end = counted.month_end
    left join users
        on account_months.account_id = users.account_id
        and account_months.month_end = users.month_end
    left join runs
        on account_months.account_id = runs.account_id
        and account_months.month_end = runs.month_end
)

select
    account_id,
    month_end,
    meaningful_events,
    recent_events,
    baseline_events,
    usage_trend,
    active_users,
    weeks_in_a_row
from final
