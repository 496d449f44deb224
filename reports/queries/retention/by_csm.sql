-- Movements of each CSM's book in the last complete quarter, the largest churn first.
select csm, quarter_label, opening_arr, new_arr, expansion_arr, reactivation_arr, contraction_arr, churned_arr, transferred_arr, arr
from postsale.arr_movements
where
    csm <> 'All'
    and segment = '${inputs.segment.value}'
    and ('${inputs.csm.value}' = 'All' or csm = '${inputs.csm.value}')
    and '${inputs.other.value}' = 'All'
    and quarter = (select quarter from postsale.arr_movements where is_complete order by quarter desc limit 1)
order by churned_arr desc, contraction_arr desc, csm
