with tracks as (

    select * from {{ ref('stg_segment__track') }}

),

final as (

    select
        message_id as event_id,
        group_id as account_id,
        coalesce(user_id, anonymous_id) as user_id,
        event_name,
        occurred_at,
        feature,
        {{ select_columns(lineage_columns()) }}
    from tracks

)

select * from final
