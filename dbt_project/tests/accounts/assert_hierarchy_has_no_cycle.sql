-- Catches accounts that are their own ancestors: no ultimate parent exists, so their revenue would belong to
-- nobody or to everybody. Mend the parent ids of the accounts listed.
select
    account_id,
    account_name,
    parent_account_id
from {{ ref('int_account_hierarchy') }}
where is_in_cycle
