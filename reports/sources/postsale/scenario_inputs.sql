-- What the scenario starts from: ARR, NRR and the target of the company.
select
    strftime(scenario_inputs.month_end, '%-d %b %Y') as month_end,
    cast(scenario_inputs.arr as double) as arr,
    cast(scenario_inputs.nrr as double) as nrr,
    cast(scenario_inputs.target_nrr as double) as target_nrr,
    scenario_inputs.target_source,
    cast(scenario_inputs.gained_arr_per_year as double) as gained_arr_per_year,
    cast(scenario_inputs.valuation_multiple as double) as valuation_multiple
from (select 1 as one) as always_one_row
left join metrics.scenario_inputs as scenario_inputs on true
