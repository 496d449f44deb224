-- What each handoff carries: the fields that policy asks for, filled with enough text.
--
-- Reads: parameters, handed, handoffs, handoff_fields, handoff_bands, signed_onboarding, exit.
-- Makes: recomputed.fct_handoff, recomputed.fct_handoff_field.

-- A handoff is due at the signature, at go-live or at the exit; of the account's onboardings the nearest counts. Where
-- nothing is due it stands on its own day.
create table placed as
select
    handed.*,
    coalesce(events.due_on, handed.handed_off_on) as anchored_on
from handed
left join (
    select signed.account_id, signed.onboarding_id, signed.contract_signed_on, kinds.kind, kinds.due_on
    from signed_onboarding as signed
    left join exit on signed.onboarding_id = exit.onboarding_id,
    lateral (
        values
            ('sales_to_onboarding', signed.contract_signed_on),
            ('implementation_to_success', signed.go_live_on),
            ('onboarding_to_steady_state', exit.day)
    ) as kinds (kind, due_on)
) as events on handed.account_id = events.account_id and handed.kind = events.kind
qualify row_number() over (
    partition by handed.handoff_id
    order by
        abs(coalesce(events.due_on, events.contract_signed_on) - handed.handed_off_on),
        events.contract_signed_on desc,
        events.onboarding_id
) = 1;

-- Every field of every handoff as a row; a run of white space counts as one character, blanks at the ends as none.
create table content as
select handoff_id, lower(name) as field, length(trim(regexp_replace(words, '\s+', ' ', 'g'))) as characters
from (
    unpivot (select handoff_id, cast(columns(* exclude (handoff_id)) as varchar) from handoffs)
    on columns(* exclude (handoff_id)) into name name value words
);

create table scored as
select
    handed.handoff_id,
    fields.field,
    coalesce(fields.is_required, true) as is_required,
    coalesce(content.characters, 0) >= coalesce(fields.minimum_length, 1) as is_filled
from handed
inner join handoff_fields as listed on handed.kind = policy_word(listed.kind)
cross join lateral (select lower(trim(listed.field)) as field, listed.is_required, listed.minimum_length) as fields
left join content on handed.handoff_id = content.handoff_id and fields.field = content.field;

create table recomputed.fct_handoff as
select
    key_of([placed.handoff_id]) as handoff_key,
    placed.handoff_id,
    placed.account_id,
    placed.kind,
    placed.handed_off_on,
    false as is_missing,
    nullif(scores.required, 0) as required_fields,
    case when scores.required > 0 then scores.filled end as filled_fields,
    scores.required > 0 and scores.filled = scores.required as is_complete,
    coalesce(
        (
            select arg_max(bands.band, bands.completeness_from) from handoff_bands as bands
            where bands.completeness_from <= cast(scores.filled as decimal(18, 6)) / nullif(scores.required, 0)
        ),
        'not_scored'
    ) as completeness_band,
    placed.account_id || '@' || placed.anchored_on as book_id
from placed
left join (
    select
        handoff_id,
        count(*) filter (where is_required) as required,
        count(*) filter (where is_required and is_filled) as filled
    from scored
    group by handoff_id
) as scores on placed.handoff_id = scores.handoff_id;

create table recomputed.fct_handoff_field as
select
    key_of([scored.handoff_id, scored.field]) as handoff_field_id,
    handoffs_made.account_id,
    handoffs_made.kind,
    scored.field,
    handoffs_made.handed_off_on,
    scored.is_required,
    scored.is_filled,
    handoffs_made.completeness_band,
    handoffs_made.book_id
from scored
inner join recomputed.fct_handoff as handoffs_made on scored.handoff_id = handoffs_made.handoff_id;
