-- What the forecast rests on: the company's own past outcomes of each health band.
select distinct
    fct_renewal_forecast.health_band,
    fct_renewal_forecast.basis,
    cast(fct_renewal_forecast.past_renewals as double) as past_renewals,
    cast(fct_renewal_forecast.past_renewed as double) as past_renewed,
    cast(fct_renewal_forecast.expected_rate as double) as expected_rate
from (select 1 as one) as always_one_row
left join marts.fct_renewal_forecast as fct_renewal_forecast
    on fct_renewal_forecast.basis in ('past_outcomes', 'too_few_outcomes')
