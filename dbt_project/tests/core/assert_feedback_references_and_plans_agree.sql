/* Feedback, references and success plans lie before `as_of`, belong to an account, and their months repeat them. */
with parameters as (

    select as_of from {{ ref('stg_build__parameters') }}

),

accounts as (

    select account_id, revenue_account_id from {{ ref('dim_account') }}

),

reference_customers as (

    select * from {{ ref('fct_reference') }}

),

reference_months as (

    select * from {{ ref('fct_reference_month') }}

),

final as (

    select feedback.feedback_id as key_value
    from {{ ref('fct_feedback') }} as feedback
    cross join parameters
    where feedback.received_on > parameters.as_of
        or feedback.product_area is null
        or feedback.status = ''
        or feedback.source_row_hashes is null

    union all

    select months.feedback_month_id as key_value
    from {{ ref('fct_feedback_month') }} as months
    group by months.feedback_month_id
    having count(*) > 1

    union all

    select reference_customers.reference_id as key_value
    from reference_customers
    left join accounts on reference_customers.account_id = accounts.account_id
    where reference_customers.revenue_account_id <> accounts.revenue_account_id
        or reference_customers.source_row_hashes is null

    union all

    select reference_months.reference_month_id as key_value
    from reference_months
    left join reference_customers on reference_months.reference_id = reference_customers.reference_id
    where reference_months.reference_month_id is null
        or reference_months.kind <> reference_customers.kind

    union all

    select plans.success_plan_id as key_value
    from {{ ref('fct_success_plan') }} as plans
    cross join parameters
    left join accounts on plans.account_id = accounts.account_id
    where plans.revenue_account_id <> accounts.revenue_account_id
        or plans.horizon is null
        or plans.agreed_on > parameters.as_of
        or (plans.owner_email is null and plans.owner not in ('unassigned'))
        or plans.source_row_hashes is null

    union all

    select plan_months.success_plan_month_id as key_value
    from {{ ref('fct_success_plan_month') }} as plan_months
    group by plan_months.success_plan_month_id
    having count(*) > 1

)

select * from final
