select quarter, quarter_label, proactive_expansion_share, expansion_attributed_share, expansion_arr_by_driver
from (
    select quarter, quarter_label, proactive_expansion_share, expansion_attributed_share, expansion_arr_by_driver
    from postsale.expansion_motion
    where
        slice = '${inputs.slice.value}'
        and is_complete
    order by quarter desc
    limit 12
)
order by quarter
