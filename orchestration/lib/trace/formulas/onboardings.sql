-- Onboardings as they stand at `as_of`: what has happened, and whether the customer has left.
--
-- Reads: parameters, onboardings, family, line. Makes: onboarding, anchors (account and day of signature).

create table onboarding as
with last_service as (
    select account_id, max(last_day) as last_day from line where arr > 0 group by account_id
),
seen as (
    select
        onboardings.onboarding_id,
        onboardings.account_id,
        onboardings.contract_signed_on,
        case when onboardings.kickoff_on <= parameters.as_of then onboardings.kickoff_on end as kickoff_on,
        case when onboardings.go_live_on <= parameters.as_of then onboardings.go_live_on end as go_live_on,
        case when onboardings.exited_on <= parameters.as_of then onboardings.exited_on end as declared_exit_on,
        coalesce(lower(trim(onboardings.status)) in ('cancelled', 'canceled'), false) as says_cancelled,
        coalesce(nullif(trim(onboardings.configuration), ''), 'unknown') as configuration,
        -- service that ended before the signature belongs to an earlier relation
        case
            when last_service.last_day < parameters.as_of and last_service.last_day >= onboardings.contract_signed_on
                then last_service.last_day + 1
        end as churned_on
    from onboardings
    inner join parameters on onboardings.contract_signed_on <= parameters.as_of
    inner join family on onboardings.account_id = family.account_id
    left join last_service on onboardings.account_id = last_service.account_id
)
select
    *,
    -- a cancelled onboarding ends when it was cancelled, any other when the customer leaves
    case
        when says_cancelled and declared_exit_on is not null then least(declared_exit_on, churned_on) else churned_on
    end as left_on
from seen;

create table anchors as
select distinct account_id, contract_signed_on as day from onboarding;

create table mentioned (email varchar);
