-- Each CSM's book: whether its CSM also implemented, since when, and how that is known.
select
    dim_csm_operating_period.csm,
    dim_csm_operating_period.operating_model,
    dim_csm_operating_period.origin,
    case
        when dim_csm_operating_period.valid_from > date '1900-01-01'
            then strftime(dim_csm_operating_period.valid_from, '%Y-%m-%d')
    end as from_on,
    case
        when dim_csm_operating_period.valid_to < date '9999-12-31'
            then strftime(dim_csm_operating_period.valid_to, '%Y-%m-%d')
    end as to_on
from (select 1 as one) as always_one_row
left join marts.dim_csm_operating_period as dim_csm_operating_period on true
