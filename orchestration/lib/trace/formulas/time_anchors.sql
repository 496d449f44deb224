-- Time entries of the period.
--
-- Reads: parameters, question, time_entries, family. Makes: entry, anchors (account and day of work).

create table entry as
select time_entries.*
from time_entries, parameters, question
where
    time_entries.spent_on <= parameters.as_of
    and time_entries.spent_on between question.first_day and question.last_day;

create table anchors as
select distinct entry.account_id, entry.spent_on as day
from entry
inner join family on entry.account_id = family.account_id;

create table mentioned as select distinct person_email as email from time_entries where person_email is not null;
