-- The accounts whose score fell most since the month before, with what each signal did to it.
select
    moved.account_id, moved.account_name, moved.csm, moved.segment, moved.arr, moved.band, moved.health_score, moved.previous_health_score,
    moved.health_score_change, contributions.label, contributions.contribution_change
from (
    select account_id, account_name, csm, segment, arr, band, health_score, previous_health_score, health_score_change
    from postsale.health_accounts
    where
        health_score_change < 0
        and contains(slices, '|${inputs.slice.value}|')
    order by health_score_change, arr desc
    limit 40
) as moved
inner join postsale.health_contributions as contributions on moved.account_id = contributions.account_id
order by moved.health_score_change, moved.arr desc, contributions.label
