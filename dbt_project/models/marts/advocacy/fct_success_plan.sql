-- Grain: outcome of a success plan agreed by `as_of`.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

outcomes as (
    select
        success_plans.success_plan_id,
        success_plans.account_id,
        success_plans.horizon,
        success_plans.agreed_on,
        -- Without a stated day the horizon says when it is due.
        coalesce(
            success_plans.due_on,
            case success_plans.horizon
                when '90_day' then {{ add_days('success_plans.agreed_on', 90) }}
                when '6_month' then cast({{ dbt.dateadd('month', 6, 'success_plans.agreed_on') }} as date)
                when '1_year' then cast({{ dbt.dateadd('month', 12, 'success_plans.agreed_on') }} as date)
            end
        ) as due_on,
        case when success_plans.attained_on <= parameters.as_of then success_plans.attained_on end as attained_on,
        success_plans.owner_email,
        success_plans.customer_owner_contact_id,
        success_plans.source_row_hashes,
        parameters.as_of
    from {{ ref('int_success_plans_unioned') }} as success_plans
    inner join parameters on success_plans.agreed_on <= parameters.as_of
),

accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

people as (
    select
        email,
        display_name
    from {{ ref('int_people') }}
),

books as (
    select
        account_id,
        book_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_history') }}
),

final as (
    select
        outcomes.success_plan_id,
        outcomes.account_id,
        accounts.revenue_account_id,
        outcomes.horizon,
        outcomes.agreed_on,
        outcomes.due_on,
        outcomes.attained_on,
        coalesce(people.display_name, 'unassigned') as owner,
        outcomes.owner_email,
        outcomes.owner_email is not null
        and outcomes.customer_owner_contact_id is not null as is_owned_on_both_sides,
        outcomes.due_on <= outcomes.as_of as is_due,
        coalesce(outcomes.attained_on <= outcomes.due_on, false) as is_attained_on_time,
        books.book_id,
        outcomes.source_row_hashes
    from outcomes
    inner join accounts on outcomes.account_id = accounts.account_id
    inner join books
        on outcomes.account_id = books.account_id
        and outcomes.due_on between books.valid_from and books.valid_to
    left join people on outcomes.owner_email = people.email
)

select
    success_plan_id,
    account_id,
    revenue_account_id,
    horizon,
    agreed_on,
    due_on,
    attained_on,
    owner,
    owner_email,
    is_owned_on_both_sides,
    is_due,
    is_attained_on_time,
    book_id,
    source_row_hashes
from final
