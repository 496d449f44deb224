-- The last complete quarter of the chosen slice: one row.
select
    slice, quarter, quarter_label, proactive_expansion_arr, reactive_expansion_arr,
    proactive_expansion_share, proactive_expansion_share_12m_ago, proactive_expansion_share_change_12m,
    expansion_attributed_share
from postsale.expansion_motion
where slice = '${inputs.slice.value}' and is_complete
order by quarter desc
limit 1
