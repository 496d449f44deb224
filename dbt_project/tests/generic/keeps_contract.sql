{#
  Catches a raw row that the loader should have quarantined: a required column without a value, or a value that the
  contract does not list. One test per object, generated from its contract, so that a build pays once per object and
  not once per column. Withdrawals repeat the values of the row they withdraw, so they are held to the same contract.

  required  columns that must have a value
  allowed   column -> list of allowed values
#}
{% test keeps_contract(model, required, allowed={}) %}

with arrived as (
    select * from {{ model }}
),

broken as (
    {%- for column in required %}
    select _load_id, _file, _row_number, '{{ column }}' as column_name, 'missing_value' as reason
    from arrived
    where nullif(trim({{ column }}), '') is null
    {% if not loop.last or allowed %}union all{% endif %}
    {%- endfor %}
    {%- for column, values in allowed.items() %}
    select _load_id, _file, _row_number, '{{ column }}' as column_name, 'not_allowed' as reason
    from arrived
    where
        nullif(trim({{ column }}), '') is not null
        and trim({{ column }}) not in ({% for value in values %}'{{ value | replace("'", "''") }}'{% if not loop.last %}, {% endif %}{% endfor %})
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select _load_id, _file, _row_number, column_name, reason
from broken

{% endtest %}
