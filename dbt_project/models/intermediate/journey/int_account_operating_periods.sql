-- Grain: account x period with one customer success manager who worked by one operating model; days on which nobody
-- had the account, or nothing is known of the manager, are left out.
with owned as (
    select
        account_id,
        csm_email,
        valid_from,
        valid_to
    from {{ ref('int_account_attribute_periods') }}
    where csm_email is not null
),

operating as (
    select
        email,
        valid_from,
        valid_to,
        operating_model
    from {{ ref('int_csm_operating_periods') }}
),

final as (
    select
        owned.account_id,
        greatest(owned.valid_from, operating.valid_from) as valid_from,
        least(owned.valid_to, operating.valid_to) as valid_to,
        operating.operating_model
    from owned
    inner join operating
        on owned.csm_email = operating.email
        and owned.valid_from <= operating.valid_to
        and operating.valid_from <= owned.valid_to
)

select
    account_id,
    valid_from,
    valid_to,
    operating_model
from final
