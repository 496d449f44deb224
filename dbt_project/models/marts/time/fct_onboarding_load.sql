-- Grain: onboarding that is open and has an owner x closed month-end.
with spans as (
    select
        onboarding_id,
        account_id,
        revenue_account_id,
        opened_on,
        coalesce(ended_on, {{ far_future() }}) as ended_on,
        owner_email,
        segment,
        configuration,
        load_max,
        book_id
    from {{ ref('int_onboarding_loads') }}
    where owner_email is not null
),

months as (
    select month_end from {{ ref('int_months') }}
),

people as (
    select
        email,
        display_name
    from {{ ref('int_people') }}
),

final as (
    select
        {{ surrogate_key(['spans.onboarding_id', 'months.month_end']) }} as onboarding_load_id,
        spans.onboarding_id,
        spans.account_id,
        spans.revenue_account_id,
        months.month_end,
        {{ surrogate_key(['spans.owner_email']) }} as person_id,
        spans.owner_email,
        people.display_name as owner,
        spans.segment,
        spans.configuration,
        cast(spans.load_max as integer) as load_max,
        cast(1 as decimal(28, 12)) / spans.load_max as load_share,
        spans.book_id
    from spans
    inner join months on months.month_end >= spans.opened_on and months.month_end < spans.ended_on
    inner join people on spans.owner_email = people.email
)

select
    onboarding_load_id,
    onboarding_id,
    account_id,
    revenue_account_id,
    month_end,
    person_id,
    owner_email,
    owner,
    segment,
    configuration,
    load_max,
    cast(load_share as decimal(28, 12)) as load_share,
    book_id
from final
