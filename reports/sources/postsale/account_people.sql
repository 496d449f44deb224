-- Who has to do with each account: staff by name, contacts by role alone.
select
    dim_account_role.account_id,
    dim_account_role.side,
    dim_account_role.role,
    dim_account_role.person,
    dim_account_role.function,
    strftime(dim_account_role.from_on, '%Y-%m-%d') as from_on,
    strftime(dim_account_role.to_on, '%Y-%m-%d') as to_on,
    dim_account_role.is_current
from (select 1 as one) as always_one_row
left join marts.dim_account_role as dim_account_role on true
order by dim_account_role.account_id, dim_account_role.from_on
