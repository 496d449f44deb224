-- The 8 complete quarters to the last one.
select quarter, quarter_label, proactive_expansion_share
from (
    select quarter, quarter_label, proactive_expansion_share
    from postsale.expansion_motion
    where slice = '${inputs.slice.value}' and is_complete
    order by quarter desc
    limit 8
)
order by quarter
