{%- set objects = [
    'account_owners',
    'contacts',
    'opportunities',
    'subscriptions',
    'handoffs',
    'onboardings',
    'holds',
    'milestones',
    'usage_events',
    'time_entries',
    'meetings',
    'tickets',
    'surveys',
    'feedback',
    'references',
    'success_plans',
] -%}

-- rows that point to something that was never delivered; time entries among them keep their hours, without account
with faulty_rows as (
    {% for object in objects %}
    select
        '{{ object }}' as canonical_object,
        {{ select_columns(lineage_columns() + ['fault', 'fault_column', 'fault_detail', 'is_usable']) }}
    from {{ ref('int_' ~ object ~ '_checked') }}
    where fault is not null
    {%- if not loop.last %}

    union all
    {% endif -%}
    {% endfor %}

),

final as (

    select
        canonical_object,
        {{ select_columns(lineage_columns()) }},
        -- the row itself; those that merely gave it a value are named after it
        {{ dbt.split_part('source_row_hashes', "','", 1) }} as row_hash,
        fault,
        fault_column,
        fault_detail,
        is_usable
    from faulty_rows

)

select
    canonical_object,
    {{ select_columns(lineage_columns()) }},
    row_hash,
    fault,
    fault_column,
    fault_detail,
    is_usable
from final
