-- Grain: account x closed month since its first contract: who of the customer's key people took part lately. Key
-- contacts are those in the roles that policy names.
with parameters as (
    select
        engagement_days,
        concat(',', key_contact_roles, ',') as key_contact_roles
    from {{ ref('stg_build__parameters') }}
),

account_months as (
    select
        account_id,
        month_end
    from {{ ref('int_account_months') }}
),

contacts as (
    select
        contacts.contact_id,
        contacts.account_id,
        contacts.role,
        parameters.key_contact_roles like concat('%,', contacts.role, ',%') as is_key,
        coalesce(contacts.from_on, {{ far_past() }}) as from_on,
        coalesce(contacts.left_on, {{ far_future() }}) as left_on
    from {{ ref('int_contacts_unioned') }} as contacts
    cross join parameters
),

meetings as (
    select
        account_id,
        contact_id,
        contact_role,
        held_on
    from {{ ref('int_meetings_attended') }}
),

last_contacts as (
    select
        account_months.account_id,
        account_months.month_end,
        max(meetings.held_on) as last_contact_on
    from account_months
    inner join meetings
        on account_months.account_id = meetings.account_id
        and meetings.held_on <= account_months.month_end
    group by account_months.account_id, account_months.month_end
),

recent as (
    select distinct
        account_months.account_id,
        account_months.month_end,
        meetings.contact_id,
        meetings.contact_role
    from account_months
    cross join parameters
    inner join meetings
        on account_months.account_id = meetings.account_id
        and meetings.held_on <= account_months.month_end
        and meetings.held_on > {{ add_days('account_months.month_end', '-parameters.engagement_days') }}
),

-- A meeting that names no contact, only a role, counts for whoever has the role. The sponsor is asked about whether
-- the role is among the key ones or not.
people_in_roles as (
    select
        account_months.account_id,
        account_months.month_end,
        contacts.contact_id,
        contacts.role,
        contacts.is_key,
        max(case when recent.account_id is not null then 1 else 0 end) as is_engaged
    from account_months
    inner join contacts
        on account_months.account_id = contacts.account_id
        and (contacts.is_key or contacts.role = 'sponsor')
        and contacts.from_on <= account_months.month_end
        and contacts.left_on > account_months.month_end
    left join recent
        on account_months.account_id = recent.account_id
        and account_months.month_end = recent.month_end
        and (
            recent.contact_id = contacts.contact_id
            or (recent.contact_id is null and recent.contact_role = contacts.role)
        )
    group by account_months.account_id, account_months.month_end, contacts.contact_id, contacts.role, contacts.is_key
),

engagement as (
    select
        account_id,
        month_end,
        sum(case when is_key then 1 else 0 end) as key_contacts,
        sum(case when is_key then is_engaged else 0 end) as key_contacts_engaged,
        max(case when role = 'sponsor' then 1 else 0 end) as has_sponsor,
        max(case when role = 'sponsor' then is_engaged else 0 end) as has_sponsor_engaged
    from people_in_roles
    group by account_id, month_end
),

-- Sponsors whom no list of contacts knows.
role_engagement as (
    select distinct
        account_id,
        month_end
    from recent
    where contact_id is null and contact_role = 'sponsor'
),

final as (
    select
        account_months.account_id,
        account_months.month_end,
        cast(coalesce(engagement.key_contacts, 0) as integer) as key_contacts,
        cast(coalesce(engagement.key_contacts_engaged, 0) as integer) as key_contacts_engaged,
        coalesce(engagement.has_sponsor, 0) = 1 as has_sponsor,
        coalesce(engagement.has_sponsor_engaged, 0) = 1 or role_engagement.account_id is not null
            as has_sponsor_engaged,
        last_contacts.last_contact_on
    from account_months
    left join engagement
        on account_months.account_id = engagement.account_id
        and account_months.month_end = engagement.month_end
    left join role_engagement
        on account_months.account_id = role_engagement.account_id
        and account_months.month_end = role_engagement.month_end
    left join last_contacts
        on account_months.account_id = last_contacts.account_id
        and account_months.month_end = last_contacts.month_end
)

select
    account_id,
    month_end,
    key_contacts,
    key_contacts_engaged,
    has_sponsor,
    has_sponsor_engaged,
    last_contact_on
from final
