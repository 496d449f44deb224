-- The latest year with handoffs, by the sellers that gave them.
select from_person, year, is_complete, handoffs, complete_handoffs, handoff_completeness, median_handoff_days_from_due
from postsale.handoff_givers
where
    kind = 'sales_to_onboarding'
    and from_person not in ('All', 'none')
    and handoffs > 0
    and year = (select year from postsale.handoff_givers where kind = 'sales_to_onboarding' and handoffs > 0 order by year desc limit 1)
order by handoff_completeness desc, from_person
