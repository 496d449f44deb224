select comparison, outcome, arm_a, arm_b, books_a, books_b, accounts_a, accounts_b, value_a, value_b, difference, low, high, confidence, verdict, reason
from postsale.operating_model
where comparison is not null
order by comparison, case outcome when 'nrr' then 1 when 'proactive_expansion_share' then 2 else 3 end
