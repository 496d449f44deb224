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

    select {{ select_columns(canonical_columns('people')) }}
    from {{ ref('int_people_unioned') }}

),

-- the history of a person is that of the system that ranks first among those that describe them;
-- should it hold several records of one e-mail address, their versions follow each other in time
ranked as (

    select
        {{ select_columns(
            canonical_columns('people')
            + ['valid_from', 'version_number', 'is_dated_by_delivery']
            + canonical_lineage_columns()
            + ['source_rank']
        ) }},
        min(source_rank) over (partition by email) as first_rank
    from gathered

),

chosen as (

    select
        {{ select_columns(
            canonical_columns('people') + ['valid_from', 'is_dated_by_delivery'] + canonical_lineage_columns()
        ) }},
        row_number() over (
            partition by email order by valid_from, version_number, source_name, record_id
        ) as version_number
    from ranked
    where source_rank = first_rank

),

-- what that system never says of the person, another may; one row per version: people are unique by their e-mail
final as (

    select
        chosen.email,
        {%- for column in canonical_columns('people') if column != 'email' %}
        case
            when count(chosen.{{ column }}) over (partition by chosen.email) = 0 then people.{{ column }}
            else chosen.{{ column }}
        end as {{ column }},
        {%- endfor %}
        chosen.valid_from,
        chosen.version_number,
        chosen.is_dated_by_delivery,
        {{ select_columns(canonical_lineage_columns(), 'chosen') }}
    from chosen
    inner join people
        on chosen.email = people.email

)

select
    {{ select_columns(
        canonical_columns('people')
        + ['valid_from', 'version_number', 'is_dated_by_delivery']
        + canonical_lineage_columns()
    ) }}
from final
