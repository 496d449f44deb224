-- Grain: new-business deal that is open on `as_of` and says when it is expected to close, with how likely it is and
-- the segment that the customer would be in.
-- A deal that closed after `as_of` is open on it, and its stored probability says how it ended: the company's own win
-- rate stands in, as it does for a deal without a probability.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

deals as (
    select
        deals.opportunity_id,
        deals.account_id,
        deals.amount,
        deals.currency,
        deals.expected_close_on,
        deals.probability,
        deals.closed_on,
        deals.is_won,
        parameters.as_of
    from {{ ref('int_opportunities_unioned') }} as deals
    cross join parameters
    where deals.type = 'new' and coalesce(deals.created_on, parameters.as_of) <= parameters.as_of
),

win_rates as (
    select
        cast(
            cast(sum(case when is_won then 1 else 0 end) as {{ type_double() }}) / nullif(count(*), 0)
            as decimal(18, 12)
        ) as win_rate
    from deals
    where closed_on <= as_of
),

open_deals as (
    select
        opportunity_id,
        account_id,
        amount,
        currency,
        expected_close_on,
        case when closed_on is null then probability end as stated_probability,
        as_of
    from deals
    where
        expected_close_on is not null
        and (closed_on > as_of or (closed_on is null and is_won is null))
),

rates as (
    select
        currency,
        rate
    from {{ ref('int_exchange_rates') }}
),

parameters_currency as (
    select reporting_currency from {{ ref('stg_build__parameters') }}
),

books as (
    select
        account_id,
        valid_from,
        valid_to,
        segment
    from {{ ref('int_account_attribute_periods') }}
),

segments as (
    select
        segment,
        acv_from,
        acv_below
    from {{ ref('stg_policy__segments') }}
),

priced as (
    select
        open_deals.opportunity_id,
        open_deals.account_id,
        open_deals.expected_close_on,
        -- Exact, so that sums do not depend on the order of rows.
        coalesce(cast(open_deals.stated_probability / 100 as decimal(18, 12)), win_rates.win_rate) as likelihood,
        open_deals.amount * rates.rate as amount,
        open_deals.as_of
    from open_deals
    cross join win_rates
    cross join parameters_currency
    left join rates on coalesce(open_deals.currency, parameters_currency.reporting_currency) = rates.currency
),

-- One row per deal: an account has one period for a day, and bands of policy do not overlap.
final as (
    select
        priced.opportunity_id,
        priced.account_id,
        priced.expected_close_on,
        priced.likelihood,
        -- What is known of the account says its segment; of a prospect only the size of the deal does.
        coalesce(nullif(books.segment, 'unknown'), segments.segment, 'unknown') as segment
    from priced
    left join books
        on priced.account_id = books.account_id
        and priced.as_of between books.valid_from and books.valid_to
    left join segments
        on priced.amount >= segments.acv_from
        and (segments.acv_below is null or priced.amount < segments.acv_below)
)

select
    opportunity_id,
    account_id,
    expected_close_on,
    likelihood,
    segment
from final
