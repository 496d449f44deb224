-- Grain: survey answer given by `as_of`.
with surveys as (
    select
        response_id,
        account_id,
        kind,
        score,
        responded_on,
        source_name,
        source_row_hashes
    from {{ ref('int_surveys_seen') }}
),

accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
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

-- One row per answer: accounts are unique, and one period of each kind holds a day.
final as (
    select
        {{ surrogate_key(['surveys.source_name', 'surveys.response_id']) }} as survey_response_key,
        surveys.response_id,
        surveys.account_id,
        accounts.revenue_account_id,
        surveys.kind,
        cast(surveys.score as decimal(18, 4)) as score,
        case
            when surveys.kind not in ('nps', 'onboarding_nps') then null
            when surveys.score >= 9 then 'promoter'
            when surveys.score <= 6 then 'detractor'
            else 'passive'
        end as attitude,
        surveys.responded_on,
        books.book_id,
        journeys.journey_id,
        surveys.source_row_hashes
    from surveys
    inner join accounts on surveys.account_id = accounts.account_id
    inner join books
        on surveys.account_id = books.account_id
        and surveys.responded_on between books.valid_from and books.valid_to
    inner join journeys
        on surveys.account_id = journeys.account_id
        and surveys.responded_on between journeys.valid_from and journeys.valid_to
)

select
    survey_response_key,
    response_id,
    account_id,
    revenue_account_id,
    kind,
    score,
    attitude,
    responded_on,
    book_id,
    journey_id,
    source_row_hashes
from final
