with gathered as (

    {{ union_mapped(
        'people',
        [
            ref('stg_salesforce__mapped_person_versions'),
            ref('stg_canonical__person_versions'),
            ref('stg_harvest__mapped_person_versions'),
        ],
        extra=['valid_from', 'version_number', 'is_dated_by_delivery']
    ) }}

),

people as (

    select email from {{ ref('int_people_unioned') }}

),

-- the history of a person is that of the system that ranks first among those that describe them
ranked as (

    select
        {{ select_columns(
            canonical_columns('people') + ['valid_from', 'version_number', 'is_dated_by_delivery'] + canonical_lineage_columns() + ['source_rank'],
            'gathered'
        ) }},
        min(gathered.source_rank) over (partition by gathered.email) as first_rank
    from gathered
    inner join people
        on gathered.email = people.email

),

final as (

    select
        {{ select_columns(canonical_columns('people') + ['valid_from', 'version_number', 'is_dated_by_delivery'] + canonical_lineage_columns()) }}
    from ranked
    where source_rank = first_rank

)

select
    {{ select_columns(canonical_columns('people') + ['valid_from', 'version_number', 'is_dated_by_delivery'] + canonical_lineage_columns()) }}
from final
