-- Grain: segment of the company's policy, the largest accounts first.
with segments as (
    select
        segment,
        acv_from,
        acv_below,
        target_days,
        good_days,
        load_min,
        load_max,
        load_unit
    from {{ ref('stg_policy__segments') }}
),

parameters as (
    select segments_are_default from {{ ref('stg_build__parameters') }}
),

final as (
    select
        segments.segment,
        cast(row_number() over (order by segments.acv_from desc) as integer) as sort_order,
        cast(segments.acv_from as decimal(28, 6)) as acv_from,
        cast(segments.acv_below as decimal(28, 6)) as acv_below,
        cast(segments.target_days as integer) as target_days,
        cast(segments.good_days as integer) as good_days,
        cast(segments.load_min as integer) as load_min,
        cast(segments.load_max as integer) as load_max,
        segments.load_unit,
        parameters.segments_are_default as is_default
    from segments
    cross join parameters
)

select
    segment,
    sort_order,
    acv_from,
    acv_below,
    target_days,
    good_days,
    load_min,
    load_max,
    load_unit,
    is_default
from final
