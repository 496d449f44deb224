with gathered as (

    {{ union_mapped(
        'people',
        [
            ref('stg_salesforce__mapped_people'),
            ref('stg_canonical__people'),
            ref('stg_harvest__mapped_people'),
        ]
    ) }}

),

-- what the first system leaves blank of a person, the next fills; of several records of one system that of the present
-- employment comes first
ranked as (

    select
        {{ select_columns(canonical_columns('people') + canonical_lineage_columns()) }},
        row_number() over (
            partition by email
            order by source_rank asc, coalesce(ended_on, {{ far_future() }}) desc, known_at desc, record_id asc
        ) as choice
    from gathered

),

final as (

    select
        email,
        {%- for column in canonical_columns('people') if column != 'email' %}
        {{ first_filled(column, 'choice') }} as {{ column }},
        {%- endfor %}
        {{ first_filled('source_name', 'choice') }} as source_name,
        {{ first_filled('source_object', 'choice') }} as source_object,
        {{ first_filled('record_id', 'choice') }} as record_id,
        {{ dbt.listagg('source_row_hashes', "','", 'order by choice') }} as source_row_hashes,
        max(known_at) as known_at
    from ranked
    group by email

)

select {{ select_columns(canonical_columns('people') + canonical_lineage_columns()) }}
from final
