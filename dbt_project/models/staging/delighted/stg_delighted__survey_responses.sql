with source_rows as (

    select * from {{ source('delighted', 'survey_responses') }}

),

latest as (

    {{ latest_versions('source_rows', key=['id'], version='updated_at', unix=true) }}

),

final as (

    select
        -- keys
        {{ to_id('id') }} as response_id,
        {{ to_id('account_id') }} as account_id,
        {{ to_id('person') }} as person_id,
        -- answer
        {{ to_text('survey_type') }} as survey_type,
        {{ to_text('purpose') }} as purpose,
        {{ to_decimal('score') }} as score,
        {{ to_text('comment') }} as answer_text,
        -- state
        {{ to_unix_timestamp('created_at') }} as created_at,
        {{ to_unix_timestamp('updated_at') }} as modified_at,
        -- lineage
        {{ lineage('delighted', 'id') }}
    from latest

)

select * from final
