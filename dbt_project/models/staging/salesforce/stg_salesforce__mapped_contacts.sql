with contacts as (

    select * from {{ ref('stg_salesforce__contact') }}

),

contact_roles as (

    select * from {{ ref('stg_salesforce__opportunity_contact_role') }}

),

parameters as (

    select time_zone from {{ ref('stg_build__parameters') }}

),

-- the words of the CRM's standard pick list, in this project's
translated_roles as (

    select
        contact_id,
        source_row_hashes,
        modified_at,
        opportunity_contact_role_id,
        coalesce(is_primary, false) as is_primary,
        case
            when lower(role) in ('executive sponsor', 'sponsor') then 'sponsor'
            when lower(role) in ('economic buyer', 'economic decision maker', 'decision maker') then 'sponsor'
            when lower(role) in ('champion', 'influencer', 'evaluator') then 'champion'
            when lower(role) in ('technical buyer', 'technical') then 'technical'
            when lower(role) in ('detractor', 'blocker') then 'detractor'
            when lower(role) in ('business user', 'end user', 'user') then 'user'
        end as role
    from contact_roles

),

ranked_roles as (

    select
        translated_roles.*,
        row_number() over (
            partition by contact_id
            order by is_primary desc, modified_at desc, opportunity_contact_role_id asc
        ) as choice
    from translated_roles
    where role is not null

),

deal_roles as (

    select * from ranked_roles
    where choice = 1

),

-- one row per contact: `deal_roles` keeps one role each
final as (

    select
        -- keys
        contacts.contact_id,
        contacts.account_id,
        -- attributes
        coalesce(contacts.role, deal_roles.role) as role,
        contacts.email,
        -- state
        coalesce(
            contacts.from_on,
            {{ business_date('contacts.created_at', 'parameters.time_zone') }}
        ) as from_on,
        contacts.left_on,
        -- lineage
        {{ select_columns(lineage_columns()[:-1], 'contacts') }},
        {{ join_hashes([
            'contacts.source_row_hashes',
            'case when contacts.role is null then deal_roles.source_row_hashes end',
        ]) }} as source_row_hashes
    from contacts
    cross join parameters
    left join deal_roles
        on contacts.contact_id = deal_roles.contact_id

)

select * from final
