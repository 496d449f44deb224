select
    slice, quarter, quarter_label, expansion_arr_by_driver, proactive_expansion_arr, reactive_expansion_arr,
    proactive_expansion_share, proactive_expansion_share_12m_ago, proactive_expansion_share_change_12m,
    expansion_attributed_share, expansion_attributed_share_12m_ago, expansion_attributed_share_change_12m
from postsale.expansion_motion
where
    slice = '${inputs.slice.value}'
    and is_complete
order by quarter desc
limit 1
