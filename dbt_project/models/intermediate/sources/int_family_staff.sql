-- Grain: accounts that carry their revenue together x owner that one of them ever had.
with owners as (

    select
        accounts.revenue_account_id,
        owner_periods.csm_email as email
    from {{ ref('int_account_owner_periods') }} as owner_periods
    inner join {{ ref('int_account_hierarchy') }} as accounts
        on owner_periods.account_id = accounts.account_id
    where owner_periods.csm_email is not null

),

final as (

    select distinct
        revenue_account_id,
        email
    from owners

)

select
    revenue_account_id,
    email
from final
