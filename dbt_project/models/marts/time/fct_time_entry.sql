-- Grain: time entry of a day up to `as_of`. Every hour that was delivered is here, whatever is missing around it:
-- an activity outside policy is 'unclassified', an entry without an account has no book.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

entries as (
    select
        entries.time_entry_id,
        entries.account_id,
        entries.person_email,
        entries.spent_on,
        entries.hours,
        entries.activity,
        entries.billable,
        entries.source_row_hashes
    from {{ ref('int_time_entries_unioned') }} as entries
    inner join parameters on entries.spent_on <= parameters.as_of
),

accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

categories as (
    select
        activity_key,
        category
    from {{ ref('int_time_categories') }}
),

people as (
    select
        email,
        display_name
    from {{ ref('int_people') }}
),

person_periods as (
    select
        email,
        function,
        team,
        valid_from,
        valid_to
    from {{ ref('int_person_periods') }}
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

first_go_lives as (
    select
        account_id,
        min(go_live_on) as go_live_on
    from {{ ref('int_onboardings_seen') }}
    where go_live_on is not null
    group by account_id
),

-- One row per entry: every relation is unique by its key, or has one period for a day.
final as (
    select
        entries.time_entry_id,
        accounts.account_id,
        accounts.revenue_account_id,
        {{ surrogate_key(['entries.person_email']) }} as person_id,
        entries.person_email,
        coalesce(people.display_name, 'unknown') as person,
        coalesce(person_periods.function, 'unknown') as function,
        coalesce(person_periods.team, 'unassigned') as team,
        entries.spent_on,
        cast(entries.hours as decimal(18, 4)) as hours,
        entries.activity,
        coalesce(categories.category, 'unclassified') as category,
        coalesce(entries.billable, false) as is_billable,
        coalesce(entries.spent_on > first_go_lives.go_live_on, false) as is_post_live,
        books.book_id,
        journeys.journey_id,
        entries.source_row_hashes
    from entries
    left join people on entries.person_email = people.email
    left join accounts on entries.account_id = accounts.account_id
    left join categories on {{ normalized_name('entries.activity') }} = categories.activity_key
    left join person_periods
        on entries.person_email = person_periods.email
        and entries.spent_on between person_periods.valid_from and person_periods.valid_to
    left join first_go_lives on entries.account_id = first_go_lives.account_id
    left join books
        on entries.account_id = books.account_id
        and entries.spent_on between books.valid_from and books.valid_to
    left join journeys
        on entries.account_id = journeys.account_id
        and entries.spent_on between journeys.valid_from and journeys.valid_to
)

select
    time_entry_id,
    account_id,
    revenue_account_id,
    person_id,
    person_email,
    person,
    function,
    team,
    spent_on,
    hours,
    activity,
    category,
    is_billable,
    is_post_live,
    book_id,
    journey_id,
    source_row_hashes
from final
