{#
  From the stored versions of a record to the periods in which each version counts.

  relation  a model with the key, `columns`, `valid_from` (date), `version_number`, `is_dated_by_delivery`
  key       name of the key column
  columns   names of the columns that are kept

  Rules, in this order:
  - the first version reaches back without bound;
  - a version of a day after `as_of` is not seen, unless the record has no other;
  - a version that only its delivery dates (the source gives no modification date) and that arrived after `as_of`
    cannot say when the change happened: it corrects the newest version from before `as_of` and takes its place;
  - of several versions of one day the last one stored counts;
  - policy `attribute_history = latest`: the newest version seen stands for all time.

  Returns key, columns, valid_from, valid_to (last day), is_latest; periods of a key neither overlap nor leave gaps.
#}
{% macro stored_states(relation, key, columns) -%}
with parameters as (
    select as_of, attribute_history from {{ ref('stg_build__parameters') }}
),

versions as (
    select
        {{ key }},
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        valid_from,
        version_number,
        is_dated_by_delivery
    from {{ relation }}
),

judged as (
    select
        versions.{{ key }},
        {%- for column in columns %}
        versions.{{ column }},
        {%- endfor %}
        versions.version_number,
        versions.valid_from as stored_from,
        parameters.attribute_history,
        case
            when versions.valid_from <= parameters.as_of then 2
            when versions.is_dated_by_delivery then 3
            else 1
        end as precedence,
        case
            when versions.valid_from <= parameters.as_of then versions.valid_from
            else coalesce(
                max(case when versions.valid_from <= parameters.as_of then versions.valid_from end)
                    over (partition by versions.{{ key }}),
                {{ far_past() }}
            )
        end as counts_from
    from versions
    cross join parameters
),

placed as (
    select
        {{ key }},
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        counts_from,
        row_number() over (
            partition by {{ key }}, case when attribute_history = 'latest' then {{ far_past() }} else counts_from end
            order by
                case when precedence = 1 then 1 else 0 end,
                case when precedence = 1 then stored_from else {{ far_past() }} end,
                counts_from desc,
                precedence desc,
                stored_from desc,
                version_number desc
        ) as version_rank
    from judged
),

neighbours as (
    select
        {{ key }},
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        counts_from,
        lag(counts_from) over (partition by {{ key }} order by counts_from) as previous_from,
        lead(counts_from) over (partition by {{ key }} order by counts_from) as next_from
    from placed
    where version_rank = 1
),

final as (
    select
        {{ key }},
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        case when previous_from is null then {{ far_past() }} else counts_from end as valid_from,
        case when next_from is null then {{ far_future() }} else {{ add_days('next_from', -1) }} end as valid_to,
        next_from is null as is_latest
    from neighbours
)

select
    {{ key }},
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    valid_from,
    valid_to,
    is_latest
from final
{%- endmacro %}
