with gathered as (

    {{ union_mapped(
        'usage_events',
        [
            ref('stg_segment__mapped_usage_events'),
            ref('stg_canonical__usage_events'),
        ]
    ) }}

),

accounts as (

    select account_id from {{ ref('int_accounts_unioned') }}

),

-- one row per row of `gathered`: accounts are unique by their id
final as (

    select
        {{ select_columns(canonical_columns('usage_events') + lineage_columns(), 'gathered') }},
        {{ reference_fault('unknown_account', 'account_id', 'accounts.account_id', 'account') }}
    from gathered
    left join accounts
        on gathered.account_id = accounts.account_id

)

select {{ select_columns(canonical_columns('usage_events') + lineage_columns() + fault_columns()) }}
from final
