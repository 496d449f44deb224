-- Grain: subscription line that renews, with the due date it renews. In this order: lines sold in the renewal deal of
-- the due date; without such, lines of a product that is due, not sold as an expansion; and, where the deal was won
-- but names no line, lines that name no deal. They start from `renewal_match_days` before the due date until grace
-- has run out and serve on it or later. A line renews one due date, the nearest.
with parameters as (
    select
        renewal_grace_days,
        renewal_match_days
    from {{ ref('stg_build__parameters') }}
),

lines as (
    select
        subscription_id,
        account_id,
        product,
        service_from,
        service_to,
        opportunity_id,
        arr,
        source_row_hashes
    from {{ ref('int_subscription_lines') }}
    where arr > 0
),

due as (
    select
        account_id,
        due_on
    from {{ ref('int_renewals_due') }}
),

due_products as (
    select distinct
        account_id,
        due_on,
        product
    from {{ ref('int_due_lines') }}
),

deals as (
    select
        opportunity_id,
        account_id,
        due_on,
        deal_state,
        starts_on
    from {{ ref('int_renewal_deals') }}
),

deal_types as (
    select
        opportunity_id,
        min(type) as type
    from {{ ref('int_opportunities_unioned') }}
    group by opportunity_id
),

deals_without_lines as (
    select distinct
        account_id,
        due_on
    from deals
    where deal_state = 'won' and starts_on is null
),

candidates as (
    select
        lines.subscription_id,
        lines.account_id,
        lines.product,
        lines.service_from,
        lines.arr,
        lines.source_row_hashes,
        due.due_on,
        case
            when deals.due_on = due.due_on then 1
            when deals.due_on is not null then null
            when due_products.product is not null and coalesce(deal_types.type, '') <> 'expansion' then 2
            when deals_without_lines.due_on is not null and lines.opportunity_id is null then 3
        end as match_rank,
        abs({{ days_between('due.due_on', 'lines.service_from') }}) as days_apart
    from lines
    cross join parameters
    inner join due
        on lines.account_id = due.account_id
        and due.due_on <= lines.service_to
        and lines.service_from
        between {{ add_days('due.due_on', '-parameters.renewal_match_days') }}
        and {{ add_days('due.due_on', 'parameters.renewal_grace_days') }}
    left join deals
        on lines.account_id = deals.account_id
        and lines.opportunity_id = deals.opportunity_id
    left join deal_types on lines.opportunity_id = deal_types.opportunity_id
    left join due_products
        on due.account_id = due_products.account_id
        and due.due_on = due_products.due_on
        and lines.product = due_products.product
    left join deals_without_lines
        on due.account_id = deals_without_lines.account_id
        and due.due_on = deals_without_lines.due_on
),

ranked as (
    select
        subscription_id,
        account_id,
        product,
        service_from,
        arr,
        source_row_hashes,
        due_on,
        match_rank,
        row_number() over (partition by subscription_id order by match_rank, days_apart, due_on) as due_rank
    from candidates
    where match_rank is not null
),

chosen as (
    select
        subscription_id,
        account_id,
        product,
        service_from,
        arr,
        source_row_hashes,
        due_on,
        match_rank,
        min(match_rank) over (partition by account_id, due_on) as best_match_rank
    from ranked
    where due_rank = 1
),

final as (
    select
        subscription_id,
        account_id,
        due_on,
        product,
        service_from,
        arr,
        source_row_hashes
    from chosen
    where match_rank = 1 or best_match_rank > 1
)

select
    subscription_id,
    account_id,
    due_on,
    product,
    service_from,
    arr,
    source_row_hashes
from final
