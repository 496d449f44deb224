-- What an account was on its anchor day: segment, owner, team, industry, region, largest product, quarter of signature.
--
-- Reads: parameters, account_on, family, line, own_line, account_owners, people, person_versions, onboardings,
-- segments, anchors (account_id, day), mentioned (e-mail addresses of staff that the rows name).

-- Nothing from after `as_of` is seen: a day to come is judged by the last day that is.
create table asked as
select distinct anchors.account_id, anchors.day as anchored_on, least(anchors.day, parameters.as_of) as day
from anchors, parameters;

-- A parent that leaves an attribute blank takes that of its largest child, so children are asked too.
create table asked_members as
select distinct family.account_id, asked.day, asked.account_id as asked_account_id
from asked
inner join family on asked.account_id = family.account_id or asked.account_id = family.revenue_account_id;

create table member_days as select distinct account_id, day from asked_members;

-- The owner: of the success managers on the day the one who came last, then the e-mail. Before the first one the first
-- one applies, a gap is nobody's. The e-mail on the account itself counts only where there is no history.
create table csm as
select owners.account_id, owners.email, owners.from_on, coalesce(owners.to_on, date '9999-12-31') as to_on
from account_owners as owners, parameters
where owners.role = 'csm' and owners.from_on <= parameters.as_of;

create table owner_on as
select
    member_days.account_id,
    member_days.day,
    arg_min(csm.email, {'before': csm.from_on > member_days.day, 'from': -epoch(csm.from_on), 'email': csm.email})
        filter (where member_days.day between csm.from_on and csm.to_on
            or (member_days.day < first_owner.from_on and csm.from_on = first_owner.from_on)) as email
from member_days
inner join (select account_id, min(from_on) as from_on from csm group by account_id) as first_owner
    on member_days.account_id = first_owner.account_id
inner join csm on member_days.account_id = csm.account_id
group by member_days.account_id, member_days.day;

-- A person's team follows the versions of the person by the same rules as an account's attributes.
create table person_history as
select
    versions.*,
    parameters.attribute_history,
    case when versions.valid_from <= parameters.as_of then 2 when versions.is_dated_by_delivery then 3 else 1 end as standing,
    case
        when versions.valid_from <= parameters.as_of then versions.valid_from
        else coalesce(
            max(versions.valid_from) filter (where versions.valid_from <= parameters.as_of)
                over (partition by versions.email),
            date '1900-01-01'
        )
    end as counts_from
from person_versions as versions, parameters
qualify standing > 1 or max(standing) over (partition by versions.email) = 1;

create macro person_on(days) as table
select history.email, asked.day, history.function, history.team
from query_table(days) as asked
inner join person_history as history on asked.email = history.email
qualify row_number() over (
    partition by asked.email, asked.day
    order by
        case when history.standing = 1 then history.valid_from end,
        case when history.attribute_history = 'latest' or history.counts_from <= asked.day then 0 else 1 end,
        case when history.attribute_history = 'latest' or history.counts_from <= asked.day then history.counts_from end desc,
        history.counts_from,
        history.standing desc,
        history.valid_from desc,
        history.version_number desc
) = 1;

-- Names of staff; of two people of one name the second by e-mail is numbered.
create table staff as
with known as (
    select email, nullif(trim(full_name), '') as full_name from people
    union
    select email, null from account_owners where email not in (select email from people)
    union
    select csm_email, null from account_versions
    where csm_email is not null and csm_email not in (select email from people)
    union
    select email, null from mentioned where email not in (select email from people)
),
named as (
    select
        email,
        coalesce(
            max(full_name),
            array_to_string(
                [
                    upper(left(word, 1)) || lower(substr(word, 2))
                    for word in string_split_regex(split_part(email, '@', 1), '[._+-]+') if word <> ''
                ],
                ' '
            )
        ) as full_name
    from known
    group by email
),
numbered as (
    select *, row_number() over (partition by full_name order by email) as number from named
)
select email, case when number = 1 then full_name else full_name || ' (' || number || ')' end as name from numbered;

-- ARR of the account's own lines on the day: it ranks children.
create table own_arr_on as
select member_days.account_id, member_days.day, sum(line.arr) as arr
from member_days
inner join line on member_days.account_id = line.account_id and member_days.day between line.first_day and line.last_day
group by member_days.account_id, member_days.day;

-- Segment by size for those that state none: the newest stated ACV, else the ARR of the first contract.
create table size as
select
    members.account_id,
    coalesce(
        (
            select arg_max(history.acv, {'from': history.counts_from, 'standing': history.standing, 'number': history.version_number})
            from account_history as history
            where history.account_id = members.account_id and history.acv is not null
        ),
        (
            select sum(line.arr) from line
            where
                line.account_id = members.account_id
                and line.arr > 0
                and line.first_day = (
                    select min(first_day) from line as earlier where earlier.account_id = members.account_id and earlier.arr > 0
                )
        )
    ) as acv
from (select distinct account_id from member_days) as members;

create table said as
select
    states.account_id,
    states.day,
    coalesce(states.segment, segments.segment) as segment,
    states.industry,
    states.region,
    own_history.account_id is not null or stated.account_id is not null as has_owner,
    case when own_history.account_id is not null then owner_on.email else states.csm_email end as csm_email,
    coalesce(own_arr_on.arr, 0) as arr
from account_on('member_days') as states
left join size on states.account_id = size.account_id
left join segments on size.acv >= segments.acv_from and (segments.acv_below is null or size.acv < segments.acv_below)
left join (select distinct account_id from csm) as own_history on states.account_id = own_history.account_id
left join (select distinct account_id from account_versions where csm_email is not null) as stated
    on states.account_id = stated.account_id
left join owner_on on states.account_id = owner_on.account_id and states.day = owner_on.day
left join own_arr_on on states.account_id = own_arr_on.account_id and states.day = own_arr_on.day;

-- The largest child that says something, by its ARR of the day, then its id.
create table children_say as
select
    asked.account_id,
    asked.day,
    arg_min(said.segment, {'arr': -said.arr, 'id': said.account_id}) filter (where said.segment is not null) as segment,
    arg_min(said.industry, {'arr': -said.arr, 'id': said.account_id}) filter (where said.industry is not null) as industry,
    arg_min(said.region, {'arr': -said.arr, 'id': said.account_id}) filter (where said.region is not null) as region,
    arg_min(coalesce(said.csm_email, ''), {'arr': -said.arr, 'id': said.account_id}) filter (where said.has_owner) as csm_email
from (select distinct account_id, day from asked) as asked
inner join asked_members on asked.account_id = asked_members.asked_account_id and asked.day = asked_members.day
inner join said on asked_members.account_id = said.account_id and asked_members.day = said.day
where said.account_id <> asked.account_id
group by asked.account_id, asked.day;

-- The largest product on the day, ties by name, over all that rolls up to the account; while nothing serves, that of the
-- last day of service; before the first service, that of the first contract.
create table product_on as
with judged as (
    select revenue_account_id as account_id, product, first_day, last_day, arr from line
    union all
    select account_id, product, first_day, last_day, arr from line where account_id <> revenue_account_id
),
served as (
    select
        asked.account_id,
        asked.day,
        coalesce(
            max(least(judged.last_day, asked.day)) filter (where judged.first_day <= asked.day),
            min(judged.first_day)
        ) as judged_on
    from (select distinct account_id, day from asked) as asked
    inner join judged on asked.account_id = judged.account_id
    group by asked.account_id, asked.day
),
held as (
    select served.account_id, served.day, judged.product, sum(judged.arr) as arr
    from served
    inner join judged
        on served.account_id = judged.account_id and served.judged_on between judged.first_day and judged.last_day
    group by served.account_id, served.day, judged.product
)
select account_id, day, arg_min(product, {'arr': -arr, 'product': product}) as product from held group by account_id, day;

-- The quarter of the first signature in the family, else of the first service.
create table signed as
with signatures as (
    select onboardings.account_id, min(onboardings.contract_signed_on) as signed_on
    from onboardings, parameters
    where onboardings.contract_signed_on <= parameters.as_of
    group by onboardings.account_id
),
services as (
    select account_id, min(first_day) as served_on from line where arr > 0 group by account_id
),
own as (
    select family.account_id, family.revenue_account_id, signatures.signed_on, services.served_on
    from family
    left join signatures on family.account_id = signatures.account_id
    left join services on family.account_id = services.account_id
),
families as (
    select revenue_account_id, min(signed_on) as signed_on, min(served_on) as served_on from own group by revenue_account_id
),
first_days as (
    select
        own.account_id,
        coalesce(families.signed_on, own.signed_on, families.served_on, own.served_on) as day
    from own
    left join families on own.account_id = families.revenue_account_id
)
select account_id, year(day) || '-Q' || quarter(day) as signed_quarter from first_days;

create table owned as
select
    asked.account_id,
    asked.day,
    case when said.has_owner then said.csm_email else nullif(children_say.csm_email, '') end as email
from (select distinct account_id, day from asked) as asked
inner join said on asked.account_id = said.account_id and asked.day = said.day
left join children_say on asked.account_id = children_say.account_id and asked.day = children_say.day;

create table owner_days as select distinct email, day from owned where email is not null;

create table recomputed.dim_account_history as
select
    asked.account_id || '@' || asked.anchored_on as book_id,
    asked.account_id,
    coalesce(said.segment, children_say.segment, 'unknown') as segment,
    coalesce(staff.name, 'unassigned') as csm,
    coalesce(teams.team, 'unassigned') as team,
    coalesce(said.industry, children_say.industry, 'unknown') as industry,
    coalesce(said.region, children_say.region, 'unknown') as region,
    coalesce(product_on.product, 'unknown') as product,
    coalesce(signed.signed_quarter, 'unknown') as signed_quarter
from asked
inner join said on asked.account_id = said.account_id and asked.day = said.day
left join children_say on asked.account_id = children_say.account_id and asked.day = children_say.day
left join owned on asked.account_id = owned.account_id and asked.day = owned.day
left join staff on owned.email = staff.email
left join person_on('owner_days') as teams on owned.email = teams.email and asked.day = teams.day
left join product_on on asked.account_id = product_on.account_id and asked.day = product_on.day
left join signed on asked.account_id = signed.account_id;
