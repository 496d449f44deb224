{# Whether an e-mail address is what `postsale forget` leaves of one: the pseudonym at a domain of its own. #}
{% macro is_erased(email) -%}
    {{ email }} like '%@erased.invalid'
{%- endmacro %}


{# 'jane.doe' -> 'Jane Doe': a readable name for a member of staff of whom only the e-mail address is known. Somebody
   who was erased is called by the pseudonym. #}
{% macro name_from_email(email) -%}
    case
        when {{ is_erased(email) }} then {{ dbt.split_part(email, "'@'", 1) }}
        else {{ adapter.dispatch('name_from_email', 'postsale')(email) }}
    end
{%- endmacro %}

{% macro default__name_from_email(email) -%}
    initcap(trim(regexp_replace({{ dbt.split_part(email, "'@'", 1) }}, '[._+-]+', ' ')))
{%- endmacro %}

{% macro duckdb__name_from_email(email) -%}
    array_to_string(
        list_transform(
            string_split(trim(regexp_replace(split_part({{ email }}, '@', 1), '[._+-]+', ' ', 'g')), ' '),
            lambda word: concat(upper(substr(word, 1, 1)), lower(substr(word, 2)))
        ),
        ' '
    )
{%- endmacro %}


{# The text with every run of white space as one blank, so that line breaks and tabs alone are no content. #}
{% macro single_spaced(text) -%}
    {{ return(adapter.dispatch('single_spaced', 'postsale')(text)) }}
{%- endmacro %}

{% macro default__single_spaced(text) -%}
    regexp_replace({{ text }}, '\\s+', ' ')
{%- endmacro %}

{% macro duckdb__single_spaced(text) -%}
    regexp_replace({{ text }}, '\s+', ' ', 'g')
{%- endmacro %}


{# A value as the engine writes it. #}
{% macro as_text(value) -%}
    cast({{ value }} as {{ dbt.type_string() }})
{%- endmacro %}

{# A number of 0 or more to one decimal for a reader, never rounded up: 49.96 that is under a threshold of 50 stays so. #}
{% macro one_decimal_down(value) -%}
    cast(floor(10 * ({{ value }})) / 10 as decimal(12, 1))
{%- endmacro %}
