with handoffs as (

    select * from {{ ref('stg_salesforce__handoff') }}

),

users as (

    select * from {{ ref('stg_salesforce__user') }}

),

-- one row per handoff: users are unique by their id
final as (

    select
        {{ select_columns(
            canonical_columns('handoffs') | reject('in', ['from_email', 'to_email']) | list,
            'handoffs'
        ) }},
        senders.email as from_email,
        receivers.email as to_email,
        {{ select_columns(lineage_columns()[:-1], 'handoffs') }},
        {{ join_hashes([
            'handoffs.source_row_hashes',
            'senders.source_row_hashes',
            'receivers.source_row_hashes',
        ]) }} as source_row_hashes
    from handoffs
    left join users as senders
        on handoffs.from_user_id = senders.user_id
    left join users as receivers
        on handoffs.to_user_id = receivers.user_id

)

select * from final
