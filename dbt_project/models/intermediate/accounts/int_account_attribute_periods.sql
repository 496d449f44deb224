-- Grain: account x period in which every slice attribute stays the same; neighbours that say the same are one
-- period. What a revenue account leaves blank its largest child fills in; what nobody says is 'unknown'
-- ('unassigned' for people).
with own_periods as (
    select
        account_id,
        valid_from,
        valid_to,
        segment,
        industry,
        region,
        has_owner_ever,
        csm_email,
        csm,
        team
    from {{ ref('int_account_own_periods') }}
),

family_periods as (
    select
        account_id,
        valid_from,
        valid_to,
        segment,
        industry,
        region,
        csm_email,
        csm,
        team
    from {{ ref('int_account_family_periods') }}
),

product_periods as (
    select
        account_id,
        product,
        valid_from,
        valid_to
    from {{ ref('int_account_product_periods') }}
),

origins as (
    select
        account_id,
        signed_quarter
    from {{ ref('int_account_origins') }}
),

changes as (
    select
        account_id,
        valid_from
    from own_periods
    union
    select
        account_id,
        valid_from
    from family_periods
    union
    select
        account_id,
        valid_from
    from product_periods
),

resolved as (
    select
        changes.account_id,
        changes.valid_from,
        coalesce(own_periods.segment, family_periods.segment, 'unknown') as segment,
        case when own_periods.has_owner_ever then own_periods.csm_email else family_periods.csm_email end as csm_email,
        coalesce(
            case when own_periods.has_owner_ever then own_periods.csm else family_periods.csm end, 'unassigned'
        ) as csm,
        coalesce(
            case when own_periods.has_owner_ever then own_periods.team else family_periods.team end, 'unassigned'
        ) as team,
        coalesce(own_periods.industry, family_periods.industry, 'unknown') as industry,
        coalesce(own_periods.region, family_periods.region, 'unknown') as region,
        coalesce(product_periods.product, 'unknown') as product,
        origins.signed_quarter
    from changes
    inner join own_periods
        on changes.account_id = own_periods.account_id
        and changes.valid_from between own_periods.valid_from and own_periods.valid_to
    inner join origins on changes.account_id = origins.account_id
    left join family_periods
        on changes.account_id = family_periods.account_id
        and changes.valid_from between family_periods.valid_from and family_periods.valid_to
    left join product_periods
        on changes.account_id = product_periods.account_id
        and changes.valid_from between product_periods.valid_from and product_periods.valid_to
),

compared as (
    select
        account_id,
        valid_from,
        segment,
        csm_email,
        csm,
        team,
        industry,
        region,
        product,
        signed_quarter,
        {%- for attribute in slice_columns() %}
        lag({{ attribute }}) over (partition by account_id order by valid_from) as previous_{{ attribute }},
        {%- endfor %}
        lag(coalesce(csm_email, '')) over (partition by account_id order by valid_from) as previous_csm_email
    from resolved
),

starts as (
    select
        account_id,
        valid_from,
        segment,
        csm_email,
        csm,
        team,
        industry,
        region,
        product,
        signed_quarter,
        lead(valid_from) over (partition by account_id order by valid_from) as next_from
    from compared
    where
        previous_csm_email is null
        or previous_csm_email <> coalesce(csm_email, '')
        {%- for attribute in slice_columns() %}
        or previous_{{ attribute }} <> {{ attribute }}
        {%- endfor %}
),

final as (
    select
        -- facts point to the period that holds on their anchor day
        {{ surrogate_key(['account_id', 'valid_from']) }} as book_id,
        account_id,
        valid_from,
        case when next_from is null then {{ far_future() }} else {{ add_days('next_from', -1) }} end as valid_to,
        segment,
        csm_email,
        csm,
        team,
        industry,
        region,
        product,
        signed_quarter
    from starts
)

select
    book_id,
    account_id,
    valid_from,
    valid_to,
    segment,
    csm_email,
    csm,
    team,
    industry,
    region,
    product,
    signed_quarter
from final
