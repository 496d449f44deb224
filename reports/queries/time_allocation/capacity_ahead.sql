select
    capacity_forecast.forecast_quarter, capacity_forecast.segment, capacity_forecast.open_deals, capacity_forecast.forecast_onboardings,
    capacity_forecast.quarter_end_onboardings, capacity_forecast.mean_days_in_onboarding, capacity_forecast.ended_onboardings,
    capacity_forecast.mean_days_basis, capacity_forecast.concurrency, capacity_forecast.needed_specialists, capacity_forecast.peak_needed_specialists
from postsale.capacity_forecast as capacity_forecast
left join postsale.segments as segments on capacity_forecast.segment = segments.segment
where capacity_forecast.forecast_quarter is not null
order by capacity_forecast.quarters_ahead, segments.sort_order
