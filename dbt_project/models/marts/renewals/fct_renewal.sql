-- Grain: source account x day on which its renewal falls due, also days to come. Decided in this order: to come →
-- pending; renewed by a line that starts by the day → on time; inside grace, neither terminated nor marked lost →
-- late; terminated or marked lost → lost; grace still runs → pending; else lost.
with parameters as (
    select
        as_of,
        renewal_grace_days,
        renewal_match_days
    from {{ ref('stg_build__parameters') }}
),

due as (
    select
        account_id,
        revenue_account_id,
        due_on,
        agreed_term_days,
        is_terminated,
        due_arr
    from {{ ref('int_renewals_due') }}
),

due_lines as (
    select
        account_id,
        due_on,
        source_row_hashes
    from {{ ref('int_due_lines') }}
),

successors as (
    select
        account_id,
        due_on,
        service_from,
        arr,
        source_row_hashes
    from {{ ref('int_renewal_successors') }}
),

deals as (
    select
        opportunity_id,
        account_id,
        due_on,
        deal_state,
        source_row_hashes
    from {{ ref('int_renewal_deals') }}
    where deal_rank = 1
),

loss_reasons as (
    select
        account_id,
        opportunity_id,
        closed_on,
        expected_close_on,
        loss_reason,
        churn_reason,
        source_row_hashes
    from {{ ref('int_loss_reasons') }}
),

owners as (
    select
        account_id,
        due_on,
        owner
    from {{ ref('int_renewal_owners') }}
),

books as (
    select
        account_id,
        book_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_history') }}
),

journeys as (
    select
        account_id,
        journey_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_journey') }}
),

renewed as (
    select
        account_id,
        due_on,
        min(service_from) as renewed_from,
        sum(arr) as renewed_arr
    from successors
    group by account_id, due_on
),

-- The deal that was marked lost around the end, by the same days as for bridging: from `renewal_match_days` before the
-- last day of service until service starts again, or `as_of`.
marked as (
    select
        due.account_id,
        due.due_on,
        loss_reasons.opportunity_id,
        loss_reasons.loss_reason,
        loss_reasons.churn_reason,
        loss_reasons.source_row_hashes,
        row_number() over (
            partition by due.account_id, due.due_on
            order by
                case when loss_reasons.churn_reason = 'unknown' then 2 else 1 end,
                loss_reasons.closed_on desc,
                loss_reasons.opportunity_id
        ) as loss_rank
    from due
    cross join parameters
    left join renewed
        on due.account_id = renewed.account_id
        and due.due_on = renewed.due_on
    inner join loss_reasons
        on due.account_id = loss_reasons.account_id
        and (
            loss_reasons.closed_on
            between {{ add_days('due.due_on', '-parameters.renewal_match_days - 1') }}
            and coalesce(renewed.renewed_from, parameters.as_of)
            or loss_reasons.expected_close_on
            between {{ add_days('due.due_on', '-parameters.renewal_match_days - 1') }}
            and coalesce(renewed.renewed_from, parameters.as_of)
        )
),

judged as (
    select
        due.account_id,
        due.revenue_account_id,
        due.due_on,
        due.agreed_term_days,
        due.is_terminated,
        due.due_arr,
        renewed.renewed_from,
        coalesce(deals.opportunity_id, marked.opportunity_id) as opportunity_id,
        coalesce(deals.deal_state, case when marked.opportunity_id is not null then 'lost' end) as deal_state,
        marked.loss_reason,
        marked.churn_reason,
        coalesce(renewed.renewed_arr, 0) as successor_arr,
        case
            when due.due_on > parameters.as_of then 'pending'
            when renewed.renewed_from <= due.due_on then 'renewed_on_time'
            when due.is_terminated or marked.opportunity_id is not null then 'lost'
            when renewed.renewed_from is not null then 'renewed_late'
            when {{ days_between('due.due_on', 'parameters.as_of') }} < parameters.renewal_grace_days then 'pending'
            else 'lost'
        end as outcome
    from due
    cross join parameters
    left join renewed
        on due.account_id = renewed.account_id
        and due.due_on = renewed.due_on
    left join deals
        on due.account_id = deals.account_id
        and due.due_on = deals.due_on
    left join marked
        on due.account_id = marked.account_id
        and due.due_on = marked.due_on
        and marked.loss_rank = 1
),

evidence as (
    select
        account_id,
        due_on,
        source_row_hashes
    from due_lines
    union
    select
        account_id,
        due_on,
        source_row_hashes
    from successors
    union
    select
        account_id,
        due_on,
        source_row_hashes
    from deals
    union
    select
        account_id,
        due_on,
        source_row_hashes
    from marked
),

hashes as (
    select
        account_id,
        due_on,
        {{ dbt.listagg('source_row_hashes', "','", 'order by source_row_hashes') }} as source_row_hashes
    from evidence
    group by account_id, due_on
),

measured as (
    select
        account_id,
        revenue_account_id,
        due_on,
        outcome,
        outcome in ('renewed_on_time', 'renewed_late') as is_renewed,
        outcome <> 'pending' as is_decided,
        agreed_term_days,
        is_terminated,
        due_arr,
        case
            when outcome in ('renewed_on_time', 'renewed_late') then successor_arr
            when outcome = 'lost' then 0
        end as renewed_arr,
        case when outcome in ('renewed_on_time', 'renewed_late') then renewed_from end as renewed_from,
        case
            when outcome = 'renewed_on_time' then 0
            when outcome = 'renewed_late' then {{ days_between('due_on', 'renewed_from') }}
        end as days_late,
        opportunity_id,
        deal_state,
        case when outcome = 'lost' then loss_reason end as loss_reason,
        case when outcome = 'lost' then coalesce(churn_reason, 'unknown') end as churn_reason
    from judged
),

final as (
    select
        {{ surrogate_key(['measured.account_id', 'measured.due_on']) }} as renewal_id,
        measured.account_id,
        measured.revenue_account_id,
        measured.due_on,
        measured.outcome,
        measured.is_renewed,
        measured.is_decided,
        measured.agreed_term_days,
        measured.is_terminated,
        measured.due_arr,
        cast(measured.renewed_arr as decimal(28, 6)) as renewed_arr,
        cast(
            case when measured.is_decided then least(measured.renewed_arr, measured.due_arr) end as decimal(28, 6)
        ) as kept_arr,
        cast(
            case when measured.is_decided then greatest(measured.renewed_arr - measured.due_arr, 0) end
            as decimal(28, 6)
        ) as uplift_arr,
        cast(
            case
                when measured.is_renewed then greatest(measured.due_arr - measured.renewed_arr, 0)
                when measured.outcome = 'lost' then 0
            end as decimal(28, 6)
        ) as downsell_arr,
        cast(
            case when measured.outcome = 'lost' then measured.due_arr when measured.is_renewed then 0 end
            as decimal(28, 6)
        ) as lost_arr,
        measured.renewed_from,
        measured.days_late,
        case
            when not measured.is_decided and measured.due_on <= parameters.as_of
                then {{ days_between('measured.due_on', 'parameters.as_of') }}
        end as days_past_due,
        measured.opportunity_id,
        measured.deal_state,
        owners.owner,
        measured.loss_reason,
        measured.churn_reason,
        books.book_id,
        journeys.journey_id,
        hashes.source_row_hashes
    from measured
    cross join parameters
    inner join hashes
        on measured.account_id = hashes.account_id
        and measured.due_on = hashes.due_on
    inner join books
        on measured.revenue_account_id = books.account_id
        and least(measured.due_on, parameters.as_of) between books.valid_from and books.valid_to
    inner join journeys
        on measured.revenue_account_id = journeys.account_id
        and least({{ add_days('measured.due_on', -1) }}, parameters.as_of)
        between journeys.valid_from and journeys.valid_to
    left join owners
        on measured.account_id = owners.account_id
        and measured.due_on = owners.due_on
)

select
    renewal_id,
    account_id,
    revenue_account_id,
    due_on,
    outcome,
    is_renewed,
    is_decided,
    agreed_term_days,
    is_terminated,
    due_arr,
    renewed_arr,
    kept_arr,
    uplift_arr,
    downsell_arr,
    lost_arr,
    renewed_from,
    days_late,
    days_past_due,
    opportunity_id,
    deal_state,
    owner,
    loss_reason,
    churn_reason,
    book_id,
    journey_id,
    source_row_hashes
from final
