-- The chosen person over the last 12 complete quarters.
select
    quarter, quarter_label, team, implementation_share,
    implementation_hours, success_hours, support_hours, internal_hours, unclassified_hours
from (
    select
        quarter, quarter_label, team, implementation_share,
        implementation_hours, success_hours, support_hours, internal_hours, unclassified_hours
    from postsale.time_by_person
    where person = '${inputs.person.value}' and team = 'All' and function = 'All' and is_complete
    order by quarter desc
    limit 12
)
order by quarter
