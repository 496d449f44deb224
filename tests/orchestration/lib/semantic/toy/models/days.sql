select cast(day as date) as date_day from range(date '2025-01-01', date '2025-05-21', interval 1 day) as days (day)
