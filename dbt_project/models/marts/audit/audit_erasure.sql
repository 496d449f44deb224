{{ config(alias='erasure') }}

-- Not masked by `known_at`: what was erased is gone from every state, earlier ones too.
with erasures as (

    select
        erasure_id,
        pseudonym,
        erased_at,
        area,
        file,
        rows_changed,
        hash_before,
        hash_after
    from {{ ref('stg_raw_zone__erasures') }}

),

final as (

    select
        erasure_id,
        pseudonym,
        erased_at,
        area,
        file,
        rows_changed,
        hash_before,
        hash_after
    from erasures

)

select
    erasure_id,
    pseudonym,
    erased_at,
    area,
    file,
    rows_changed,
    hash_before,
    hash_after
from final
