select distinct severity
from postsale.warning_list
where severity is not null
order by case severity when 'high' then 1 when 'medium' then 2 else 3 end
