{{ config(alias='account_source') }}

{#- Objects that speak of an account itself. Events (usage, time, meetings, tickets, answers) are too many to list:
    their rows are found from a number by `postsale trace`. -#}
{%- set objects = [
    'subscriptions', 'opportunities', 'onboardings', 'handoffs', 'contacts', 'account_owners', 'success_plans',
    'references', 'feedback'
] -%}

with accounts as (
    select account_id from {{ ref('int_account_hierarchy') }}
),

gathered as (
    {%- for object in objects %}
    select
        account_id,
        '{{ object }}' as canonical_object,
        source_name,
        source_object,
        {#- The key of an owner holds an address, which leaves the warehouse nowhere. #}
        {{ 'cast(null as ' ~ dbt.type_string() ~ ')' if object == 'account_owners' else 'record_id' }} as record_id,
        source_file,
        source_row_number,
        load_id,
        known_at,
        source_row_hashes as row_hash
    from {{ ref('int_' ~ object ~ '_checked') }}
    where is_usable
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        {{ surrogate_key([
            'gathered.canonical_object', 'gathered.account_id', 'gathered.load_id', 'gathered.source_file',
            'gathered.source_row_number', 'gathered.record_id', 'gathered.row_hash'
        ]) }} as account_source_id,
        gathered.account_id,
        gathered.canonical_object,
        gathered.source_name,
        gathered.source_object,
        gathered.record_id,
        gathered.source_file as file,
        cast(gathered.source_row_number as bigint) as row_number,
        gathered.load_id,
        gathered.known_at,
        gathered.row_hash
    from gathered
    inner join accounts on gathered.account_id = accounts.account_id
)

select
    account_source_id,
    account_id,
    canonical_object,
    source_name,
    source_object,
    record_id,
    file,
    row_number,
    load_id,
    known_at,
    row_hash
from final
