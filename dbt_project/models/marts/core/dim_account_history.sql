-- Grain: account x period in which every slice attribute is constant (`book_id`). Facts point to the period of
-- their anchor day.
with periods as (
    select
        book_id,
        account_id,
        valid_from,
        valid_to,
        segment,
        csm,
        csm_email,
        team,
        industry,
        region,
        product,
        signed_quarter
    from {{ ref('int_account_attribute_periods') }}
),

final as (
    select
        book_id,
        account_id,
        valid_from,
        valid_to,
        segment,
        csm,
        csm_email,
        team,
        industry,
        region,
        product,
        signed_quarter,
        {{ slice_choices(['team', 'region', 'product'], together=['segment', 'csm']) }} as slices
    from periods
)

select
    book_id,
    account_id,
    valid_from,
    valid_to,
    segment,
    csm,
    csm_email,
    team,
    industry,
    region,
    product,
    signed_quarter,
    slices
from final
