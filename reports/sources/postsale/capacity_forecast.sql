-- Specialists needed in the quarters to come, on average and when a quarter-end brings them all at once.
select
    capacity_forecast.forecast_quarter,
    capacity_forecast.segment,
    capacity_forecast.mean_days_basis,
    cast(capacity_forecast.quarters_ahead as double) as quarters_ahead,
    cast(capacity_forecast.open_deals as double) as open_deals,
    cast(capacity_forecast.forecast_onboardings as double) as forecast_onboardings,
    cast(capacity_forecast.quarter_end_onboardings as double) as quarter_end_onboardings,
    cast(capacity_forecast.mean_days_in_onboarding as double) as mean_days_in_onboarding,
    cast(capacity_forecast.ended_onboardings as double) as ended_onboardings,
    cast(capacity_forecast.concurrency as double) as concurrency,
    cast(capacity_forecast.needed_specialists as double) as needed_specialists,
    cast(capacity_forecast.peak_needed_specialists as double) as peak_needed_specialists
from (select 1 as one) as always_one_row
left join metrics.capacity_forecast as capacity_forecast on true
