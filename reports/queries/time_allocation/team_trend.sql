-- The chosen team over the last 12 complete quarters.
select
    quarter, quarter_label, implementation_share, csm_implementation_share,
    implementation_hours, success_hours, support_hours, internal_hours, unclassified_hours
from (
    select
        quarter, quarter_label, implementation_share, csm_implementation_share,
        implementation_hours, success_hours, support_hours, internal_hours, unclassified_hours
    from postsale.time_by_team
    where team = '${inputs.person_team.value}' and function = 'All' and is_complete
    order by quarter desc
    limit 12
)
order by quarter
