select distinct kind
from postsale.handoffs
where kind is not null and kind not in ('All', 'none')
order by case kind when 'sales_to_onboarding' then 1 when 'implementation_to_success' then 2 else 3 end
