-- Grain: handoff made by `as_of` x field that policy lists for its kind: how much text it carries. Blanks at the ends
-- do not count and a run of white space counts as one character, so that no field is filled with nothing.
{%- set handed_over = canonical_columns('handoffs')[6:] %}
with fields as (
    select
        {{ policy_name('kind') }} as kind,
        {{ normalized_name('field') }} as field,
        coalesce(is_required, true) as is_required,
        coalesce(minimum_length, 1) as minimum_length
    from {{ ref('stg_policy__handoff_fields') }}
),

seen as (
    select
        handoff_id,
        kind
    from {{ ref('int_handoffs_seen') }}
),

contents as (
    select
        handoff_id,
        {{ select_columns(handed_over) }}
    from {{ ref('int_handoffs_unioned') }}
),

listed as (
    select
        seen.handoff_id,
        seen.kind,
        fields.field,
        fields.is_required,
        fields.minimum_length,
        case fields.field
            {%- for field in handed_over %}
            when '{{ field }}' then contents.{{ field }}
            {%- endfor %}
        end as content
    from seen
    inner join fields on seen.kind = fields.kind
    inner join contents on seen.handoff_id = contents.handoff_id
),

measured as (
    select
        handoff_id,
        kind,
        field,
        is_required,
        minimum_length,
        coalesce(length(trim({{ single_spaced('content') }})), 0) as text_length
    from listed
),

final as (
    select
        handoff_id,
        kind,
        field,
        is_required,
        cast(minimum_length as integer) as minimum_length,
        cast(text_length as integer) as text_length,
        text_length >= minimum_length as is_filled
    from measured
)

select
    handoff_id,
    kind,
    field,
    is_required,
    minimum_length,
    text_length,
    is_filled
from final
