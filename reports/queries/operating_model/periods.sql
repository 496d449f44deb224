select csm, operating_model, origin, from_on, to_on
from postsale.operating_periods
where csm is not null
order by csm, from_on nulls first
