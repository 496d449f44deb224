{#
  The version of each key that counts: the latest one that had arrived at `known_at`. A key whose latest version
  says that it was withdrawn is gone, even when an older version is still stored.

  relation     a CTE or table with the lineage columns of the raw zone
  key          names of the key columns
  version      name of the vendor's modification timestamp, if it has one; else the arrival alone decides
  unix         the modification timestamp counts seconds since 1970 instead of being written out
  ignore_case  names of the key columns in which upper and lower case are the same (e-mail addresses)

  Returns every column of `relation`, one row per key.
#}
{% macro latest_versions(relation, key, version=none, unix=false, ignore_case=[]) -%}
    select ranked.*
    from (
        select
            arrived.*,
            row_number() over (
                partition by {{ record_key('arrived', key, ignore_case) }}
                order by {{ version_order('arrived', version, unix, 'desc') }}
            ) as version_rank
        from {{ relation }} as arrived
        inner join {{ ref('stg_build__parameters') }} as parameters
            on arrived._known_at <= parameters.known_at
    ) as ranked
    where ranked.version_rank = 1 and not ranked._is_withdrawn
{%- endmacro %}


{#
  Every version of each key that had arrived at `known_at`, for objects whose past matters (who owned the account on
  a day): oldest first in `version_number`, the one that counts today marked `is_latest_version`. Keys whose latest
  version was withdrawn are left out, and so are the withdrawals themselves. Arguments as above.
#}
{% macro all_versions(relation, key, version=none, unix=false, ignore_case=[]) -%}
    select
        ranked.*,
        ranked.age_rank = 1 as is_latest_version,
        row_number() over (
            partition by {{ record_key('ranked', key, ignore_case) }}
            order by ranked.age_rank desc
        ) as version_number
    from (
        select
            arrived.*,
            row_number() over (
                partition by {{ record_key('arrived', key, ignore_case) }}
                order by {{ version_order('arrived', version, unix, 'desc') }}
            ) as age_rank,
            first_value(arrived._is_withdrawn) over (
                partition by {{ record_key('arrived', key, ignore_case) }}
                order by {{ version_order('arrived', version, unix, 'desc') }}
            ) as is_gone
        from {{ relation }} as arrived
        inner join {{ ref('stg_build__parameters') }} as parameters
            on arrived._known_at <= parameters.known_at
    ) as ranked
    where not ranked.is_gone and not ranked._is_withdrawn
{%- endmacro %}


{# What makes two raw rows versions of one record; the loader compares keys the same way, blanks around them apart. #}
{% macro record_key(alias, key, ignore_case=[]) -%}
    {%- for column in key -%}
        {%- set value = filled(alias ~ '.' ~ column) -%}
        {{ 'lower(' ~ value ~ ')' if column in ignore_case else value }}{% if not loop.last %}, {% endif %}
    {%- endfor -%}
{%- endmacro %}


{# The order in which versions of one key supersede each other: modified, arrived, loaded, row in the file. #}
{% macro version_order(alias, version, unix, direction) -%}
    {%- if version is not none -%}
        {%- if unix -%}
            {{ postsale.to_unix_timestamp(alias ~ '.' ~ version, alias) }} {{ direction }},
        {%- else -%}
            {{ postsale.to_timestamp(alias ~ '.' ~ version, alias) }} {{ direction }},
        {%- endif %}
    {% endif -%}
    {{ alias }}._known_at {{ direction }}, {{ alias }}._load_id {{ direction }}, {{ alias }}._row_number {{ direction }}
{%- endmacro %}
