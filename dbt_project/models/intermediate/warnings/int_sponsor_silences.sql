-- Grain: account x stretch of days on which it had a sponsor who had not attended anything for as long as policy
-- allows. Silence is counted from the last attendance, from the day on which the account got a sponsor, or from the
-- beginning of service, whichever is later. Nothing is silent where no meetings are delivered.
with parameters as (
    select
        as_of,
        time_zone
    from {{ ref('stg_build__parameters') }}
),

rules as (
    select window_days
    from {{ ref('stg_policy__warning_rules') }}
    where kind = 'sponsor_silent' and window_days is not null
),

connected as (
    select distinct canonical_object
    from {{ ref('stg_build__sources') }}
    where canonical_object = 'meetings' and is_connected
),

sponsors as (
    select
        contacts.contact_id,
        contacts.account_id,
        coalesce(contacts.from_on, {{ far_past() }}) as from_on,
        case
            when contacts.left_on <= parameters.as_of then {{ add_days('contacts.left_on', -1) }}
            else {{ far_future() }}
        end as to_on
    from {{ ref('int_contacts_unioned') }} as contacts
    inner join parameters on coalesce(contacts.from_on, {{ far_past() }}) <= parameters.as_of
    inner join connected on contacts.role = 'sponsor'
),

held as (
    select
        account_id,
        from_on,
        to_on
    from sponsors
    where from_on <= to_on
),

stretches as (
    {{ merged_periods('held', key='account_id', first_day='from_on', last_day='to_on') }}
),

services as (
    select
        account_id,
        service_from
    from {{ ref('int_account_service_stretches') }}
),

attendances as (
    select
        meetings.account_id,
        {{ business_date('meetings.held_at', 'parameters.time_zone') }} as held_on,
        meetings.source_row_hashes
    from {{ ref('int_meetings_unioned') }} as meetings
    cross join parameters
    left join sponsors on meetings.contact_id = sponsors.contact_id
    where
        coalesce(meetings.attended, true)
        and (sponsors.contact_id is not null or {{ normalized_name('meetings.contact_role') }} = 'sponsor')
),

touches as (
    select
        account_id,
        from_on as touched_on,
        cast(null as {{ dbt.type_string() }}) as source_row_hashes
    from stretches
    where from_on > {{ far_past() }}
    union all
    select
        account_id,
        service_from as touched_on,
        cast(null as {{ dbt.type_string() }}) as source_row_hashes
    from services
    union all
    select
        attendances.account_id,
        attendances.held_on as touched_on,
        attendances.source_row_hashes
    from attendances
    inner join parameters on attendances.held_on <= parameters.as_of
),

-- One row per account and day, within the days on which there was a sponsor.
touch_days as (
    select
        stretches.account_id,
        stretches.to_on as sponsored_to,
        touches.touched_on,
        max(touches.source_row_hashes) as source_row_hashes
    from stretches
    inner join touches
        on stretches.account_id = touches.account_id
        and touches.touched_on between stretches.from_on and stretches.to_on
    group by stretches.account_id, stretches.to_on, touches.touched_on
),

followed as (
    select
        account_id,
        sponsored_to,
        touched_on,
        source_row_hashes,
        lead(touched_on) over (partition by account_id, sponsored_to order by touched_on) as next_touched_on
    from touch_days
),

final as (
    select
        followed.account_id,
        followed.touched_on as last_touched_on,
        {{ add_days('followed.touched_on', 'rules.window_days') }} as silent_from,
        case
            when followed.next_touched_on is not null then followed.next_touched_on
            when followed.sponsored_to < {{ far_future() }} then {{ add_days('followed.sponsored_to', 1) }}
        end as silent_to,
        case
            when followed.next_touched_on is not null then 'cured'
            when followed.sponsored_to < {{ far_future() }} then 'superseded'
        end as end_reason,
        followed.source_row_hashes
    from followed
    cross join rules
    cross join parameters
    where
        {{ add_days('followed.touched_on', 'rules.window_days') }} <= parameters.as_of
        and (
            followed.next_touched_on is null
            or {{ add_days('followed.touched_on', 'rules.window_days') }} < followed.next_touched_on
        )
        and {{ add_days('followed.touched_on', 'rules.window_days') }} <= followed.sponsored_to
)

select
    account_id,
    last_touched_on,
    silent_from,
    silent_to,
    end_reason,
    source_row_hashes
from final
