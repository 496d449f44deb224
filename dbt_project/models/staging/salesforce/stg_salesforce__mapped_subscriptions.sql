with lines as (

    select * from {{ ref('stg_salesforce__sbqq_subscription') }}

),

contracts as (

    select * from {{ ref('stg_salesforce__contract') }}

),

-- one row per line: contracts are unique by their id
final as (

    select
        -- keys
        lines.subscription_id,
        lines.account_id,
        lines.product,
        -- term
        lines.start_date,
        lines.end_date,
        lines.terminated_on,
        -- money
        lines.arr,
        cast(null as decimal(28, 6)) as mrr,
        lines.currency,
        lines.quantity,
        -- cause
        coalesce(lines.opportunity_id, contracts.opportunity_id) as opportunity_id,
        -- lineage
        {{ select_columns(lineage_columns()[:-1], 'lines') }},
        {{ join_hashes([
            'lines.source_row_hashes',
            'case when lines.opportunity_id is null then contracts.source_row_hashes end',
        ]) }} as source_row_hashes
    from lines
    left join contracts
        on lines.contract_id = contracts.contract_id

)

select * from final
