with gathered as (

    {{ union_mapped(
        'accounts',
        [
            ref('stg_salesforce__mapped_accounts'),
            ref('stg_canonical__accounts'),
        ]
    ) }}

),

-- an account that several systems describe: what the first of them leaves blank, the next fills
ranked as (

    select
        {{ select_columns(canonical_columns('accounts') + canonical_lineage_columns()) }},
        row_number() over (partition by account_id order by source_rank asc, known_at desc, source_name asc) as choice
    from gathered

),

final as (

    select
        account_id,
        {%- for column in canonical_columns('accounts') if column != 'account_id' %}
        {{ first_filled(column, 'choice') }} as {{ column }},
        {%- endfor %}
        {{ first_filled('source_name', 'choice') }} as source_name,
        {{ first_filled('source_object', 'choice') }} as source_object,
        {{ first_filled('record_id', 'choice') }} as record_id,
        {{ dbt.listagg('source_row_hashes', "','", 'order by choice') }} as source_row_hashes,
        max(known_at) as known_at
    from ranked
    group by account_id

)

select {{ select_columns(canonical_columns('accounts') + canonical_lineage_columns()) }}
from final
