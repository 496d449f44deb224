select health_band, basis, past_renewals, past_renewed, expected_rate
from postsale.renewal_base_rates
where health_band is not null
order by case health_band when 'red' then 1 when 'amber' then 2 when 'green' then 3 else 4 end
