{# Days of the `hold_periods` of a group, both ends included, up to a day; none where there is no such day. #}
{% macro days_held_until(last_day) -%}
    {%- set held = days_between('hold_periods.held_from', 'least(hold_periods.held_to, ' ~ last_day ~ ')') -%}
    cast(coalesce(sum(case when hold_periods.held_from <= {{ last_day }} then {{ held }} + 1 else 0 end), 0) as integer)
{%- endmacro %}
