-- What each team handed over in the year.
select
    strftime(handoffs_by_giving_team_yearly.metric_time, '%Y') as year,
    handoffs_by_giving_team_yearly.kind,
    handoffs_by_giving_team_yearly.from_team,
    cast(handoffs_by_giving_team_yearly.handoffs as double) as handoffs,
    cast(handoffs_by_giving_team_yearly.complete_handoffs as double) as complete_handoffs,
    cast(handoffs_by_giving_team_yearly.handoff_completeness as double) as handoff_completeness,
    cast(handoffs_by_giving_team_yearly.median_handoff_days_from_due as double) as median_handoff_days_from_due,
    handoffs_by_giving_team_yearly.is_complete
from (select 1 as one) as always_one_row
left join metrics.handoffs_by_giving_team_yearly as handoffs_by_giving_team_yearly on true
