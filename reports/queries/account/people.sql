select side, role, person, function, from_on, to_on, is_current
from postsale.account_people
where account_id = '${inputs.account.value}'
order by is_current desc, side, role, from_on desc
