with gathered as (

    {{ union_mapped(
        'accounts',
        [
            ref('stg_salesforce__mapped_account_versions'),
            ref('stg_canonical__account_versions'),
        ],
        extra=['valid_from', 'version_number', 'is_dated_by_delivery']
    ) }}

),

accounts as (

    select account_id from {{ ref('int_accounts_unioned') }}

),

-- the history of an account is that of the system that ranks first among those that describe it
ranked as (

    select
        {{ select_columns(
            canonical_columns('accounts')
            + ['valid_from', 'version_number', 'is_dated_by_delivery']
            + canonical_lineage_columns()
            + ['source_rank'],
            'gathered'
        ) }},
        min(gathered.source_rank) over (partition by gathered.account_id) as first_rank
    from gathered
    inner join accounts
        on gathered.account_id = accounts.account_id

),

final as (

    select
        {{ select_columns(
            canonical_columns('accounts')
            + ['valid_from', 'version_number', 'is_dated_by_delivery']
            + canonical_lineage_columns()
        ) }}
    from ranked
    where source_rank = first_rank

)

select
    {{ select_columns(
        canonical_columns('accounts')
        + ['valid_from', 'version_number', 'is_dated_by_delivery']
        + canonical_lineage_columns()
    ) }}
from final
