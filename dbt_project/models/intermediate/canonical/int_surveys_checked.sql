with gathered as (

    {{ union_mapped(
        'surveys',
        [
            ref('stg_delighted__mapped_surveys'),
            ref('stg_canonical__surveys'),
        ]
    ) }}

),

accounts as (

    select account_id from {{ ref('int_accounts_unioned') }}

),

-- one row per row of `gathered`: accounts are unique by their id
final as (

    select
        {{ select_columns(canonical_columns('surveys') + lineage_columns(), 'gathered') }},
        {{ reference_fault('unknown_account', 'account_id', 'accounts.account_id', 'account') }}
    from gathered
    left join accounts
        on gathered.account_id = accounts.account_id

)

select {{ select_columns(canonical_columns('surveys') + lineage_columns() + fault_columns()) }}
from final
