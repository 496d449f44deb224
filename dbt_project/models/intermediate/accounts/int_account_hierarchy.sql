-- Grain: account. Its ultimate parent by the hierarchy as of `as_of`, walked from the top down, so that every
-- account is met once. A parent id that is not an account makes the child its own top. Accounts in a cycle are
-- reached from no top: they stay out of the walk, keep themselves as root, and fail the test on cycles.
with recursive

parameters as (
    select account_grain from {{ ref('stg_build__parameters') }}
),

accounts as (
    select
        account_id,
        account_name,
        parent_account_id,
        source_row_hashes
    from {{ ref('int_account_states') }}
    where is_latest
),

linked as (
    select
        accounts.account_id,
        accounts.account_name,
        accounts.source_row_hashes,
        accounts.parent_account_id as stated_parent_account_id,
        parents.account_id as parent_account_id
    from accounts
    left join accounts as parents on accounts.parent_account_id = parents.account_id
),

walk as (
    select
        account_id,
        account_id as ultimate_parent_account_id,
        0 as depth
    from linked
    where parent_account_id is null

    union all

    select
        linked.account_id,
        walk.ultimate_parent_account_id,
        walk.depth + 1 as depth
    from linked
    inner join walk on linked.parent_account_id = walk.account_id
),

final as (
    select
        linked.account_id,
        linked.account_name,
        linked.parent_account_id,
        linked.source_row_hashes,
        case
            when parameters.account_grain = 'account' then linked.account_id
            else coalesce(walk.ultimate_parent_account_id, linked.account_id)
        end as revenue_account_id,
        walk.depth,
        linked.stated_parent_account_id is not null and linked.parent_account_id is null as has_unknown_parent,
        walk.account_id is null as is_in_cycle
    from linked
    cross join parameters
    left join walk on linked.account_id = walk.account_id
)

select
    account_id,
    account_name,
    parent_account_id,
    revenue_account_id,
    depth,
    has_unknown_parent,
    is_in_cycle,
    source_row_hashes
from final
