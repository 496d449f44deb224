-- Grain: account x period in which what the account itself says (not its children) stays the same, with its own
-- ARR. A period begins wherever one of its parts changes: a stored version, an owner, the owner's team, a line
-- that begins or ends.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

states as (
    select
        account_id,
        segment,
        industry,
        region,
        valid_from,
        valid_to
    from {{ ref('int_account_states') }}
),

owner_periods as (
    select
        account_id,
        csm_email,
        valid_from,
        valid_to,
        has_owner_ever
    from {{ ref('int_account_owner_periods') }}
),

person_periods as (
    select
        email,
        team,
        valid_from,
        valid_to
    from {{ ref('int_person_periods') }}
),

people as (
    select
        email,
        display_name
    from {{ ref('int_people') }}
),

origins as (
    select
        account_id,
        acv,
        first_service_arr
    from {{ ref('int_account_origins') }}
),

segments as (
    select
        segment,
        acv_from,
        acv_below
    from {{ ref('stg_policy__segments') }}
),

lines as (
    select
        account_id,
        service_from,
        service_to,
        arr
    from {{ ref('int_arr_lines') }}
),

-- Segment by size, for accounts that state none: ACV as stated, else the ARR of the first contract.
sized as (
    select
        origins.account_id,
        segments.segment as segment_by_size
    from origins
    inner join segments
        on coalesce(origins.acv, origins.first_service_arr) >= segments.acv_from
        and (segments.acv_below is null or coalesce(origins.acv, origins.first_service_arr) < segments.acv_below)
),

-- An owner's team, for the days on which the owner had the account.
team_changes as (
    select
        owner_periods.account_id,
        person_periods.valid_from as changed_on
    from owner_periods
    inner join person_periods
        on owner_periods.csm_email = person_periods.email
        and person_periods.valid_from > owner_periods.valid_from
        and person_periods.valid_from <= owner_periods.valid_to
),

changes as (
    select
        account_id,
        valid_from as changed_on
    from states
    union
    select
        account_id,
        valid_from as changed_on
    from owner_periods
    union
    select
        account_id,
        changed_on
    from team_changes
    union
    select
        account_id,
        service_from as changed_on
    from lines
    union
    select
        account_id,
        {{ add_days('service_to', 1) }} as changed_on
    from lines
    where service_to < {{ far_future() }}
),

seen as (
    select
        changes.account_id,
        changes.changed_on as valid_from,
        lead(changes.changed_on) over (partition by changes.account_id order by changes.changed_on) as next_from
    from changes
    inner join parameters on changes.changed_on <= parameters.as_of
),

period_arr as (
    select
        seen.account_id,
        seen.valid_from,
        sum(lines.arr) as arr
    from seen
    inner join lines
        on seen.account_id = lines.account_id
        and seen.valid_from between lines.service_from and lines.service_to
    group by seen.account_id, seen.valid_from
),

final as (
    select
        seen.account_id,
        seen.valid_from,
        case
            when seen.next_from is null then {{ far_future() }} else {{ add_days('seen.next_from', -1) }}
        end as valid_to,
        coalesce(states.segment, sized.segment_by_size) as segment,
        states.industry,
        states.region,
        owner_periods.has_owner_ever,
        owner_periods.csm_email,
        people.display_name as csm,
        person_periods.team,
        coalesce(period_arr.arr, 0) as arr
    from seen
    inner join states
        on seen.account_id = states.account_id
        and seen.valid_from between states.valid_from and states.valid_to
    inner join owner_periods
        on seen.account_id = owner_periods.account_id
        and seen.valid_from between owner_periods.valid_from and owner_periods.valid_to
    left join sized on seen.account_id = sized.account_id
    left join people on owner_periods.csm_email = people.email
    left join person_periods
        on owner_periods.csm_email = person_periods.email
        and seen.valid_from between person_periods.valid_from and person_periods.valid_to
    left join period_arr
        on seen.account_id = period_arr.account_id
        and seen.valid_from = period_arr.valid_from
)

select
    account_id,
    valid_from,
    valid_to,
    segment,
    industry,
    region,
    has_owner_ever,
    csm_email,
    csm,
    team,
    arr
from final
