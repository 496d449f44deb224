-- What was built, one row. Dates leave as text: a browser's time zone must not move a day.
select
    strftime(build.as_of, '%-d %b %Y') as as_of,
    build.as_of_origin,
    strftime(build.known_at, '%-d %b %Y %H:%M UTC') as known_at,
    strftime(build.last_closed_month_end, '%Y-%m-01') as last_closed_month,
    strftime(build.last_closed_month_end, '%-d %b %Y') as last_closed_month_end,
    build.reporting_currency,
    build.segments_are_default,
    cast(build.minimum_slice_accounts as integer) as minimum_slice_accounts,
    build.build_id
from (select 1 as one) as always_one_row
left join metrics.build as build on true
