select
    as_of, as_of_origin, known_at, last_closed_month, last_closed_month_end,
    reporting_currency, segments_are_default, minimum_slice_accounts, build_id
from postsale.build
