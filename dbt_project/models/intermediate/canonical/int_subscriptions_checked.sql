with gathered as (

    {{ union_mapped(
        'subscriptions',
        [
            ref('stg_salesforce__mapped_subscriptions'),
            ref('stg_canonical__subscriptions'),
        ]
    ) }}

),

accounts as (

    select account_id from {{ ref('int_accounts_unioned') }}

),

parameters as (

    select reporting_currency from {{ ref('stg_build__parameters') }}

),

-- one row per row of `gathered`: accounts are unique by their id, parameters are one row
final as (

    select
        gathered.subscription_id,
        gathered.account_id,
        gathered.product,
        gathered.start_date,
        gathered.end_date,
        -- a line states its yearly or its monthly amount; money stays in the line's own currency
        cast(coalesce(gathered.arr, gathered.mrr * 12) as decimal(28, 6)) as arr,
        gathered.mrr,
        coalesce(gathered.currency, parameters.reporting_currency) as currency,
        gathered.quantity,
        gathered.opportunity_id,
        gathered.terminated_on,
        {{ select_columns(lineage_columns(), 'gathered') }},
        {{ reference_fault('unknown_account', 'account_id', 'accounts.account_id', 'account') }}
    from gathered
    cross join parameters
    left join accounts
        on gathered.account_id = accounts.account_id

)

select {{ select_columns(canonical_columns('subscriptions') + lineage_columns() + fault_columns()) }}
from final
