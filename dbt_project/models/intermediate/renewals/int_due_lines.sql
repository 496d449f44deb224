-- Grain: subscription line whose agreed term ends, so that its renewal falls due the day after its last day of
-- service. Left out: lines without an agreed end, lines without ARR, and lines that another one takes over from: the
-- next step of the same deal, or a line that starts by the day after and was not sold as a renewal (an upgrade, a
-- change of product). At the end of its term a line gives way only to a product that does not end on the same day:
-- that one renews itself.
with parameters as (
    select
        as_of,
        renewal_grace_days,
        renewal_match_days
    from {{ ref('stg_build__parameters') }}
),

lines as (
    select
        subscription_id,
        account_id,
        revenue_account_id,
        product,
        service_from,
        service_to,
        is_terminated,
        opportunity_id,
        arr,
        source_row_hashes
    from {{ ref('int_subscription_lines') }}
    where arr > 0
),

subscriptions as (
    select
        subscription_id,
        account_id,
        start_date,
        end_date,
        opportunity_id
    from {{ ref('int_subscriptions_unioned') }}
),

deals as (
    select
        opportunity_id,
        min(type) as type
    from {{ ref('int_opportunities_unioned') }}
    group by opportunity_id
),

renewal_deals as (
    select
        opportunities.account_id,
        coalesce(
            case when opportunities.closed_on <= parameters.as_of then opportunities.closed_on end,
            opportunities.expected_close_on
        ) as deal_on
    from {{ ref('int_opportunities_unioned') }} as opportunities
    cross join parameters
    where
        opportunities.type = 'renewal'
        and coalesce(opportunities.created_on, parameters.as_of) <= parameters.as_of
),

-- The agreed term, which a termination does not shorten.
agreed as (
    select
        lines.subscription_id,
        lines.account_id,
        lines.revenue_account_id,
        lines.product,
        lines.service_from,
        lines.service_to,
        {{ add_days('lines.service_to', 1) }} as due_on,
        subscriptions.end_date,
        lines.is_terminated,
        lines.opportunity_id,
        lines.arr,
        lines.source_row_hashes
    from lines
    inner join subscriptions on lines.subscription_id = subscriptions.subscription_id
    where subscriptions.end_date is not null
),

-- What a line may go over into, lines of a later day of which the deal is already running included.
starts as (
    select
        lines.subscription_id,
        lines.account_id,
        lines.product,
        lines.service_from as starts_on,
        lines.opportunity_id,
        true as is_seen,
        coalesce(deals.type, '') = 'renewal' as is_renewal
    from lines
    left join deals on lines.opportunity_id = deals.opportunity_id

    union all

    select
        subscriptions.subscription_id,
        subscriptions.account_id,
        null as product,
        subscriptions.start_date as starts_on,
        subscriptions.opportunity_id,
        false as is_seen,
        false as is_renewal
    from subscriptions
    inner join parameters on subscriptions.start_date > parameters.as_of
    where subscriptions.opportunity_id is not null
),

-- Lines that have a renewal of their own, by a line of the product or by a deal: no swap at the end of the term.
with_renewal as (
    select agreed.subscription_id
    from agreed
    cross join parameters
    inner join starts
        on agreed.account_id = starts.account_id
        and agreed.product = starts.product
        and agreed.subscription_id <> starts.subscription_id
        and starts.starts_on > agreed.service_from
        and starts.starts_on
        between {{ add_days('agreed.due_on', '-parameters.renewal_match_days') }}
        and {{ add_days('agreed.due_on', 'parameters.renewal_grace_days') }}
    inner join lines as successors
        on starts.subscription_id = successors.subscription_id
        and agreed.due_on <= successors.service_to

    union

    select agreed.subscription_id
    from agreed
    cross join parameters
    inner join renewal_deals
        on agreed.account_id = renewal_deals.account_id
        and renewal_deals.deal_on
        between {{ add_days('agreed.due_on', '-parameters.renewal_match_days') }}
        and {{ add_days('agreed.due_on', 'parameters.renewal_grace_days') }}
),

ending_products as (
    select distinct
        account_id,
        due_on,
        product
    from agreed
),

swapped as (
    select distinct agreed.subscription_id
    from agreed
    inner join starts
        on agreed.account_id = starts.account_id
        and agreed.subscription_id <> starts.subscription_id
        and agreed.service_from < starts.starts_on
        and starts.starts_on between agreed.service_to and agreed.due_on
    left join with_renewal on agreed.subscription_id = with_renewal.subscription_id
    left join ending_products
        on agreed.account_id = ending_products.account_id
        and agreed.due_on = ending_products.due_on
        and starts.product = ending_products.product
    where
        agreed.opportunity_id = starts.opportunity_id
        or (
            starts.is_seen
            and not starts.is_renewal
            and (
                agreed.service_to < agreed.end_date
                or (ending_products.product is null and with_renewal.subscription_id is null)
            )
        )
),

final as (
    select
        agreed.subscription_id,
        agreed.account_id,
        agreed.revenue_account_id,
        agreed.product,
        agreed.due_on,
        {{ days_between('agreed.service_from', 'agreed.end_date') }} + 1 as agreed_term_days,
        agreed.is_terminated,
        agreed.arr,
        agreed.source_row_hashes
    from agreed
    left join swapped on agreed.subscription_id = swapped.subscription_id
    where swapped.subscription_id is null
)

select
    subscription_id,
    account_id,
    revenue_account_id,
    product,
    due_on,
    agreed_term_days,
    is_terminated,
    arr,
    source_row_hashes
from final
