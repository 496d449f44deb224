-- Grain: survey answer given by `as_of`.
with parameters as (
    select
        as_of,
        time_zone
    from {{ ref('stg_build__parameters') }}
),

dated as (
    select
        surveys.response_id,
        surveys.account_id,
        {{ policy_name('surveys.kind') }} as kind,
        surveys.score,
        {{ business_date('surveys.responded_at', 'parameters.time_zone') }} as responded_on,
        surveys.source_name,
        surveys.source_row_hashes,
        parameters.as_of
    from {{ ref('int_surveys_unioned') }} as surveys
    cross join parameters
),

final as (
    select
        response_id,
        account_id,
        kind,
        score,
        responded_on,
        source_name,
        source_row_hashes
    from dated
    where responded_on <= as_of
)

select
    response_id,
    account_id,
    kind,
    score,
    responded_on,
    source_name,
    source_row_hashes
from final
