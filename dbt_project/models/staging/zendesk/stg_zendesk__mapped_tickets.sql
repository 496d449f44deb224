with tickets as (

    select * from {{ ref('stg_zendesk__tickets') }}

),

organizations as (

    select * from {{ ref('stg_zendesk__organizations') }}

),

metrics as (

    select * from {{ ref('stg_zendesk__ticket_metrics') }}

),

-- a ticket has one set of metrics; should an export hold two, the one written last counts
ranked_metrics as (

    select
        metrics.*,
        row_number() over (partition by ticket_id order by modified_at desc, ticket_metric_id desc) as choice
    from metrics

),

latest_metrics as (

    select * from ranked_metrics
    where choice = 1

),

-- one row per ticket: organizations are unique by their id, `latest_metrics` by ticket
final as (

    select
        -- keys
        tickets.ticket_id,
        organizations.external_id as account_id,
        -- event
        tickets.created_at as opened_at,
        latest_metrics.solved_at,
        -- attributes
        tickets.priority,
        tickets.status,
        -- lineage
        {{ select_columns(lineage_columns()[:-1], 'tickets') }},
        {{ join_hashes([
            'tickets.source_row_hashes',
            'organizations.source_row_hashes',
            'latest_metrics.source_row_hashes',
        ]) }} as source_row_hashes
    from tickets
    left join organizations
        on tickets.organization_id = organizations.organization_id
    left join latest_metrics
        on tickets.ticket_id = latest_metrics.ticket_id

)

select * from final
