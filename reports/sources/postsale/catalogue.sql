-- Every metric's definition, as the semantic layer holds it.
select
    catalogue.metric,
    catalogue.label,
    catalogue.description,
    catalogue.formula,
    catalogue.numerator,
    catalogue.denominator,
    catalogue."window" as time_window,
    catalogue.slice_rule,
    catalogue.owner,
    catalogue.source,
    catalogue.unit,
    catalogue.kind,
    catalogue.grain,
    catalogue.dimensions,
    catalogue.role,
    catalogue.is_available,
    catalogue.unavailable_because
from (select 1 as one) as always_one_row
left join metrics.catalogue as catalogue on true
