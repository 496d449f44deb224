-- Grain: account x role (sponsor, champion) x stretch of days without anybody in the role, after the last one left.
-- The day of leaving is the first without. Somebody else in the role at that time leaves no gap.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

contacts as (
    select
        contacts.account_id,
        contacts.role,
        {{ dbt.concat(["contacts.account_id", "'|'", "contacts.role"]) }} as role_key,
        coalesce(contacts.from_on, {{ far_past() }}) as from_on,
        case when contacts.left_on <= parameters.as_of then contacts.left_on end as left_on,
        contacts.record_id,
        contacts.source_row_hashes
    from {{ ref('int_contacts_unioned') }} as contacts
    inner join parameters on coalesce(contacts.from_on, {{ far_past() }}) <= parameters.as_of
    where contacts.role in ('sponsor', 'champion')
),

held as (
    select
        role_key,
        from_on,
        case when left_on is null then {{ far_future() }} else {{ add_days('left_on', -1) }} end as to_on
    from contacts
    where left_on is null or left_on > from_on
),

stretches as (
    {{ merged_periods('held', key='role_key', first_day='from_on', last_day='to_on') }}
),

followed as (
    select
        role_key,
        to_on,
        lead(from_on) over (partition by role_key order by from_on) as gap_to
    from stretches
),

gaps as (
    select
        role_key,
        {{ add_days('to_on', 1) }} as gap_from,
        gap_to
    from followed
    where to_on < {{ far_future() }}
),

-- Who left on the first day of the gap.
final as (
    select
        contacts.account_id,
        contacts.role,
        gaps.gap_from,
        gaps.gap_to,
        {{ dbt.listagg('contacts.record_id', "', '", 'order by contacts.record_id') }} as record_ids,
        {{ dbt.listagg('contacts.source_row_hashes', "','", 'order by contacts.source_row_hashes') }}
            as source_row_hashes
    from gaps
    inner join contacts
        on gaps.role_key = contacts.role_key
        and gaps.gap_from = contacts.left_on
    group by contacts.account_id, contacts.role, gaps.gap_from, gaps.gap_to
)

select
    account_id,
    role,
    gap_from,
    gap_to,
    record_ids,
    source_row_hashes
from final
