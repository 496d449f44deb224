-- Grain: revenue account that leaves an attribute blank x day on which anything in its family changes, with the
-- value of the largest child (ARR of the day, ties by id) that has one. Only such accounts are worked out: the
-- rest speak for themselves.
with accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

own_periods as (
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
    from {{ ref('int_account_own_periods') }}
),

children as (
    select
        account_id,
        revenue_account_id
    from accounts
    where account_id <> revenue_account_id
),

incomplete_parents as (
    select distinct own_periods.account_id as revenue_account_id
    from own_periods
    inner join children on own_periods.account_id = children.revenue_account_id
    where
        own_periods.segment is null
        or own_periods.industry is null
        or own_periods.region is null
        or not own_periods.has_owner_ever
),

child_periods as (
    select
        children.revenue_account_id,
        own_periods.account_id,
        own_periods.valid_from,
        own_periods.valid_to,
        own_periods.segment,
        own_periods.industry,
        own_periods.region,
        own_periods.has_owner_ever,
        own_periods.csm_email,
        own_periods.csm,
        own_periods.team,
        own_periods.arr
    from own_periods
    inner join children on own_periods.account_id = children.account_id
    inner join incomplete_parents on children.revenue_account_id = incomplete_parents.revenue_account_id
),

changes as (
    select distinct
        revenue_account_id,
        valid_from as changed_on
    from child_periods
),

ranked as (
    select
        changes.revenue_account_id,
        changes.changed_on,
        child_periods.segment,
        child_periods.industry,
        child_periods.region,
        child_periods.has_owner_ever,
        child_periods.csm_email,
        child_periods.csm,
        child_periods.team,
        row_number() over (
            partition by changes.revenue_account_id, changes.changed_on
            order by
                case when child_periods.segment is null then 1 else 0 end asc,
                child_periods.arr desc,
                child_periods.account_id asc
        ) as segment_rank,
        row_number() over (
            partition by changes.revenue_account_id, changes.changed_on
            order by
                case when child_periods.industry is null then 1 else 0 end asc,
                child_periods.arr desc,
                child_periods.account_id asc
        ) as industry_rank,
        row_number() over (
            partition by changes.revenue_account_id, changes.changed_on
            order by
                case when child_periods.region is null then 1 else 0 end asc,
                child_periods.arr desc,
                child_periods.account_id asc
        ) as region_rank,
        row_number() over (
            partition by changes.revenue_account_id, changes.changed_on
            order by
                case when child_periods.has_owner_ever then 0 else 1 end asc,
                child_periods.arr desc,
                child_periods.account_id asc
        ) as owner_rank
    from changes
    inner join child_periods
        on changes.revenue_account_id = child_periods.revenue_account_id
        and changes.changed_on between child_periods.valid_from and child_periods.valid_to
),

chosen as (
    select
        revenue_account_id,
        changed_on,
        max(case when segment_rank = 1 then segment end) as segment,
        max(case when industry_rank = 1 then industry end) as industry,
        max(case when region_rank = 1 then region end) as region,
        max(case when owner_rank = 1 then csm_email end) as csm_email,
        max(case when owner_rank = 1 then csm end) as csm,
        max(case when owner_rank = 1 then team end) as team
    from ranked
    group by revenue_account_id, changed_on
),

final as (
    select
        revenue_account_id as account_id,
        changed_on as valid_from,
        lead(changed_on) over (partition by revenue_account_id order by changed_on) as next_from,
        segment,
        industry,
        region,
        csm_email,
        csm,
        team
    from chosen
)

select
    account_id,
    valid_from,
    case when next_from is null then {{ far_future() }} else {{ add_days('next_from', -1) }} end as valid_to,
    segment,
    industry,
    region,
    csm_email,
    csm,
    team
from final
