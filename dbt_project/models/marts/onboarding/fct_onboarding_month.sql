-- Grain: onboarding x closed month-end, from the month of its signature to the month of its end, with its progress,
-- its alerts and its health score as they stood on that day.
with months as (
    select
        onboarding_id,
        account_id,
        revenue_account_id,
        month_end,
        contract_signed_on,
        configuration,
        state,
        is_open,
        days_since_signature,
        last_movement_on,
        calendar_days_without_movement,
        business_days_without_movement,
        is_on_hold,
        is_stalled,
        is_stall_alert,
        milestones,
        milestones_reached,
        milestones_expected,
        is_off_pace,
        is_live_without_value
    from {{ ref('int_onboarding_months') }}
),

inputs as (
    select
        onboarding_id,
        month_end,
        milestone_completion_rate,
        engaged_week_share,
        adoption_breadth
    from {{ ref('int_onboarding_health_inputs') }}
),

scores as (
    select
        onboarding_id,
        month_end,
        sum(contribution) as onboarding_health_score
    from {{ ref('fct_onboarding_health_contribution') }}
    group by onboarding_id, month_end
),

books as (
    select
        account_id,
        book_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_history') }}
),

journeys as (
    select
        account_id,
        journey_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_journey') }}
),

-- One row per onboarding and month: an account has one book and one journey on a day.
final as (
    select
        {{ surrogate_key(['months.onboarding_id', 'months.month_end']) }} as onboarding_month_id,
        months.onboarding_id,
        months.account_id,
        months.revenue_account_id,
        months.month_end,
        months.state,
        months.is_open,
        months.days_since_signature,
        months.last_movement_on,
        months.calendar_days_without_movement,
        months.business_days_without_movement,
        months.is_on_hold,
        months.is_stalled,
        months.is_stall_alert,
        months.milestones,
        months.milestones_reached,
        months.milestones_expected,
        months.is_off_pace,
        months.is_live_without_value,
        inputs.milestone_completion_rate,
        inputs.engaged_week_share,
        inputs.adoption_breadth,
        cast(scores.onboarding_health_score as decimal(9, 4)) as onboarding_health_score,
        coalesce(nullif(trim(months.configuration), ''), 'unknown') as configuration,
        {{ quarter_label('months.contract_signed_on') }} as signed_quarter,
        books.book_id,
        journeys.journey_id
    from months
    inner join books
        on months.account_id = books.account_id
        and months.month_end between books.valid_from and books.valid_to
    inner join journeys
        on months.account_id = journeys.account_id
        and months.month_end between journeys.valid_from and journeys.valid_to
    left join inputs
        on months.onboarding_id = inputs.onboarding_id
        and months.month_end = inputs.month_end
    left join scores
        on months.onboarding_id = scores.onboarding_id
        and months.month_end = scores.month_end
)

select
    onboarding_month_id,
    onboarding_id,
    account_id,
    revenue_account_id,
    month_end,
    state,
    is_open,
    days_since_signature,
    last_movement_on,
    calendar_days_without_movement,
    business_days_without_movement,
    is_on_hold,
    is_stalled,
    is_stall_alert,
    milestones,
    milestones_reached,
    milestones_expected,
    is_off_pace,
    is_live_without_value,
    milestone_completion_rate,
    engaged_week_share,
    adoption_breadth,
    onboarding_health_score,
    configuration,
    signed_quarter,
    book_id,
    journey_id
from final
