-- Grain: handoff made by `as_of` x field that policy lists for its kind.
with fields as (
    select
        handoff_id,
        kind,
        field,
        is_required,
        minimum_length,
        text_length,
        is_filled
    from {{ ref('int_handoff_fields') }}
),

handoffs as (
    select
        handoff_key,
        handoff_id,
        account_id,
        handed_off_on,
        completeness_band,
        book_id,
        journey_id,
        source_row_hashes
    from {{ ref('fct_handoff') }}
    where not is_missing
),

final as (
    select
        {{ surrogate_key(['fields.handoff_id', 'fields.field']) }} as handoff_field_id,
        handoffs.handoff_key,
        fields.handoff_id,
        handoffs.account_id,
        fields.kind,
        fields.field,
        handoffs.handed_off_on,
        fields.is_required,
        fields.minimum_length,
        fields.text_length,
        fields.is_filled,
        handoffs.completeness_band,
        handoffs.book_id,
        handoffs.journey_id,
        handoffs.source_row_hashes
    from fields
    inner join handoffs on fields.handoff_id = handoffs.handoff_id
)

select
    handoff_field_id,
    handoff_key,
    handoff_id,
    account_id,
    kind,
    field,
    handed_off_on,
    is_required,
    minimum_length,
    text_length,
    is_filled,
    completeness_band,
    book_id,
    journey_id,
    source_row_hashes
from final
