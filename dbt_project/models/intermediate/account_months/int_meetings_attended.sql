-- Grain: meeting row of a day up to `as_of` at which the customer was there. Where nobody says, it was. The role is
-- that of the contact, else the one that the meeting names.
with parameters as (
    select
        as_of,
        time_zone
    from {{ ref('stg_build__parameters') }}
),

contacts as (
    select
        contact_id,
        role
    from {{ ref('int_contacts_unioned') }}
),

meetings as (
    select
        meetings.meeting_id,
        meetings.account_id,
        {{ normalized_name('meetings.kind') }} as kind_key,
        contacts.contact_id,
        coalesce(contacts.role, meetings.contact_role) as contact_role,
        {{ business_date('meetings.held_at', 'parameters.time_zone') }} as held_on,
        parameters.as_of
    from {{ ref('int_meetings_unioned') }} as meetings
    cross join parameters
    left join contacts on meetings.contact_id = contacts.contact_id
    where coalesce(meetings.attended, true)
),

final as (
    select
        meeting_id,
        account_id,
        kind_key,
        contact_id,
        contact_role,
        held_on
    from meetings
    where held_on <= as_of
)

select
    meeting_id,
    account_id,
    kind_key,
    contact_id,
    contact_role,
    held_on
from final
