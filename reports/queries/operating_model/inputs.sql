select month_end, arr, nrr, target_nrr, target_source, gained_arr_per_year, valuation_multiple
from postsale.scenario_inputs
