-- Grain: account, as it stands on `as_of`.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

accounts as (
    select
        account_id,
        account_name,
        parent_account_id,
        revenue_account_id,
        source_row_hashes
    from {{ ref('int_account_hierarchy') }}
),

origins as (
    select
        account_id,
        acv,
        signed_on,
        first_service_on,
        last_service_on,
        signed_quarter
    from {{ ref('int_account_origins') }}
),

books as (
    select
        books.account_id,
        books.segment,
        books.csm,
        books.csm_email,
        books.team,
        books.industry,
        books.region,
        books.product
    from {{ ref('dim_account_history') }} as books
    inner join parameters on parameters.as_of between books.valid_from and books.valid_to
),

current_arr as (
    select
        lines.account_id,
        sum(lines.arr) as arr
    from {{ ref('int_arr_lines') }} as lines
    inner join parameters on parameters.as_of between lines.service_from and lines.service_to
    group by lines.account_id
),

final as (
    select
        accounts.account_id,
        accounts.account_name,
        accounts.parent_account_id,
        accounts.revenue_account_id,
        cast(origins.acv as decimal(28, 6)) as acv,
        books.segment,
        books.industry,
        books.region,
        books.csm,
        books.csm_email,
        books.team,
        books.product,
        origins.signed_on,
        origins.signed_quarter,
        origins.first_service_on,
        -- An open-ended line has no last day yet.
        nullif(origins.last_service_on, {{ far_future() }}) as last_service_on,
        cast(coalesce(current_arr.arr, 0) as decimal(28, 6)) as arr,
        coalesce(current_arr.arr, 0) > 0 as is_customer,
        accounts.source_row_hashes
    from accounts
    inner join origins on accounts.account_id = origins.account_id
    inner join books on accounts.account_id = books.account_id
    left join current_arr on accounts.account_id = current_arr.account_id
)

select
    account_id,
    account_name,
    parent_account_id,
    revenue_account_id,
    acv,
    segment,
    industry,
    region,
    csm,
    csm_email,
    team,
    product,
    signed_on,
    signed_quarter,
    first_service_on,
    last_service_on,
    arr,
    is_customer,
    source_row_hashes
from final
