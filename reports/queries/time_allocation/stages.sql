-- The last complete quarter by lifecycle stage of the account.
select lifecycle_stage, quarter_label, hours, implementation_hours, success_hours, support_hours, internal_hours, unclassified_hours, implementation_share, csm_implementation_share, post_live_implementation_hours
from postsale.time_by_stage
where
    lifecycle_stage <> 'All'
    and hours > 0
    and quarter = (select quarter from postsale.time_by_stage where is_complete order by quarter desc limit 1)
order by case lifecycle_stage when 'prospect' then 0 when 'implementation' then 1 when 'onboarding' then 2 when 'adoption' then 3 when 'value_realization' then 4 when 'renewal' then 5 when 'churned' then 6 else 7 end
