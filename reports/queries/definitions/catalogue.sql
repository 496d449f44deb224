select
    metric, label, description, formula, numerator, denominator, time_window, slice_rule,
    owner, source, unit, kind, grain, dimensions, role, is_available, unavailable_because
from postsale.catalogue
where metric is not null
order by metric like 'nrr%' desc, metric
