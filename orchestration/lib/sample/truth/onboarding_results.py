"""How onboardings go: judged by deadlines at the signature, counted on arrival, and open ones at month-ends.

Days are walked one by one; nothing is shared with the models.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from orchestration.lib.sample import phrases
from orchestration.lib.sample.days import days_between, plus, quarter
from orchestration.lib.sample.model import Onboarding, Survey, TimeEntry
from orchestration.lib.sample.truth.book import TARGET_DAYS, Book
from orchestration.lib.sample.truth.ends import Ends
from orchestration.lib.sample.truth.first_value import first_value_day
from orchestration.lib.sample.truth.health import rounded
from orchestration.lib.sample.truth.journey import slices_of
from orchestration.lib.sample.truth.milestones import steps_of
from orchestration.lib.sample.truth.onboarding import onboarding_slices, percentile
from orchestration.lib.sample.truth.tally import TOTAL, Slice, Tally

#: Default policy.
SUSTAINED_USE_WEEKS = 4
ENGAGED_DAYS = 30
POST_LIVE_DAYS = 30
REWORK_SHARE = Fraction(10, 100)
CORE_FEATURE_TARGET = 3
STALL_DAYS = 7
STALL_BUSINESS_DAYS = 5
LIVE_NO_VALUE_DAYS = 30
HOLIDAYS = {(1, 1), (12, 25)}
SIGNAL_WEIGHTS = {"milestones": 40, "velocity": 30, "breadth": 30}
SIGN_IN = "Signed In"

#: What a rate with a deadline counts above the line.
MET = {
    "onboarding_completion_rate": "completed_onboardings",
    "activation_rate": "activated_onboardings",
    "day7_engagement_rate": "day7_engaged_onboardings",
    "engagement_30d_rate": "day30_engaged_onboardings",
    "retention_90d_rate": "day90_retained_onboardings",
    "on_plan_go_live_rate": "live_on_plan_onboardings",
    "implementation_quality": "reworkless_onboardings",
    "post_live_stability": "stable_onboardings",
}

#: Days waited, by metric, then by month and slice.
Waits = dict[str, dict[tuple[date, Slice], list[int]]]


@dataclass(frozen=True)
class Use:
    """Days of sign-ins, days of meaningful use, and the features used on each day."""

    sign_ins: set[date]
    meaningful: set[date]
    features: dict[date, set[str]]


@dataclass(frozen=True)
class Course:
    """One onboarding as seen at as_of: when it ended, what moved it, what was done for it."""

    onboarding: Onboarding
    kickoff_on: date | None
    go_live_on: date | None
    first_value_on: date | None
    exited_on: date | None
    ended_on: date | None
    deadline_on: date
    reached: tuple[tuple[date | None, date | None, str], ...]
    movements: tuple[date, ...]
    held: set[date]
    slices: tuple[Slice, ...]


def measure(book: Book, tally: Tally) -> None:
    """All metrics of onboarding results, by month."""
    ends = Ends(book)
    use = _use(book)
    hours = _hours(book)
    answers = _answers(book)
    waits: Waits = defaultdict(lambda: defaultdict(list))
    for account in book.accounts:
        ordered = sorted(book.onboardings[account.key], key=lambda one: (one.signed_on, one.key))
        for place, onboarding in enumerate(ordered):
            following = ordered[place + 1].signed_on if place + 1 < len(ordered) else date.max
            course = _course(book, ends, onboarding)
            span = (onboarding.signed_on, following)
            worked = [entry for entry in hours[account.key] if span[0] <= entry.spent_on < span[1]]
            replies = [reply for reply in answers[account.key] if span[0] <= reply.responded_at.date() < span[1]]
            _judge(book, tally, course, use[account.key], worked)
            _arrive(book, tally, course, worked, replies, waits)
            _pace(book, tally, course)
            _stand(book, tally, course, use[account.key])
    _finish(tally)
    _leave_out_the_unknown(book, tally)
    for metric, share in (("p90_days_to_live", Fraction(9, 10)), ("median_days_to_exit", Fraction(1, 2))):
        for (month, one), days in waits[metric].items():
            tally.set(metric, month, one, percentile(days, share))


def _use(book: Book) -> dict[int, Use]:
    found: dict[int, Use] = defaultdict(lambda: Use(set(), set(), defaultdict(set)))
    for event in book.company.usage_events:
        day = event.occurred_at.date()
        if day > book.as_of:
            continue
        use = found[event.account.key]
        if event.name == SIGN_IN:
            use.sign_ins.add(day)
        else:
            use.meaningful.add(day)
            if event.feature:
                use.features[day].add(event.feature)
    return found


def _hours(book: Book) -> dict[int, list[TimeEntry]]:
    found: dict[int, list[TimeEntry]] = defaultdict(list)
    for entry in book.company.time_entries:
        known = entry.account is not None and entry.spent_on <= book.as_of
        if known and entry.account is not None and entry.activity in phrases.IMPLEMENTATION_ACTIVITIES:
            found[entry.account.key].append(entry)
    return found


def _answers(book: Book) -> dict[int, list[Survey]]:
    found: dict[int, list[Survey]] = defaultdict(list)
    for survey in sorted(book.company.surveys, key=lambda one: one.responded_at):
        if survey.kind == "nps" and survey.purpose == "onboarding" and survey.responded_at.date() <= book.as_of:
            found[survey.account.key].append(survey)
    return found


def _course(book: Book, ends: Ends, onboarding: Onboarding) -> Course:
    as_of, signed_on = book.as_of, onboarding.signed_on

    def seen(day: date | None) -> date | None:
        return day if day is not None and day <= as_of else None

    slices = onboarding_slices(book, ends, onboarding)
    target = TARGET_DAYS[dict(slices)["segment"]]
    reached = tuple((step.reached_on, step.due_on, step.kind) for step in steps_of(book, onboarding))
    steps = {seen(onboarding.kickoff_on), seen(onboarding.go_live_on), *(day for day, _, _ in reached)}
    held = {
        day
        for hold in onboarding.holds
        for day in days_between(hold.from_on, min(hold.to_on or as_of, as_of))
        if day > signed_on
    }
    return Course(
        onboarding,
        seen(onboarding.kickoff_on),
        seen(onboarding.go_live_on),
        first_value_day(book, onboarding),
        ends.exited_on(onboarding),
        ends.on(onboarding),
        plus(signed_on, target),
        reached,
        tuple(sorted({signed_on, *(day for day in steps if day is not None and day >= signed_on)})),
        held,
        slices,
    )


def _used_between(use: Use, first: date, last: date) -> bool:
    return any(day in use.meaningful for day in days_between(first, last))


def _judge(book: Book, tally: Tally, course: Course, use: Use, worked: list[TimeEntry]) -> None:
    """What has a deadline: counted in the month of the signature once the deadline has passed."""
    onboarding, as_of = course.onboarding, book.as_of
    signed_on, live_on = onboarding.signed_on, course.go_live_on

    def rate(name: str, due: str, deadline: date, happened: bool) -> None:
        if deadline <= as_of:
            tally.count(due, signed_on, course.slices)
            tally.count(MET[name], signed_on, course.slices, happened)

    values = [day for day, _, kind in course.reached if kind == "value"]
    tasks = [day for day, _, kind in course.reached if kind == "task"]
    if values:
        done = all(day is not None and day <= course.deadline_on for day in values)
        rate("onboarding_completion_rate", "completion_due_onboardings", course.deadline_on, done)
    set_up = tasks or [live_on]
    activated = all(day is not None and day <= course.deadline_on for day in set_up)
    rate("activation_rate", "activation_due_onboardings", course.deadline_on, activated)
    for days, name, due in (
        (7, "day7_engagement_rate", "day7_due_onboardings"),
        (30, "engagement_30d_rate", "day30_due_onboardings"),
    ):
        span = list(days_between(signed_on, plus(signed_on, days)))
        engaged = any(day in use.sign_ins for day in span) and any(day in use.meaningful for day in span)
        rate(name, due, plus(signed_on, days), engaged)
    day_90 = plus(signed_on, 90)
    retained = book.own_arr(onboarding.account, day_90) > 0 and _used_between(
        use, plus(day_90, 1 - ENGAGED_DAYS), day_90
    )
    rate("retention_90d_rate", "day90_due_onboardings", day_90, retained)
    on_plan = live_on is not None and live_on <= onboarding.planned_go_live_on
    rate("on_plan_go_live_rate", "planned_go_live_onboardings", onboarding.planned_go_live_on, on_plan)
    if live_on is not None:
        over = plus(live_on, POST_LIVE_DAYS)
        rework = sum(
            (
                entry.hours
                for entry in worked
                if entry.activity in phrases.REWORK_ACTIVITIES and live_on < entry.spent_on <= over
            ),
            Decimal(0),
        )
        clean = Fraction(rework) <= REWORK_SHARE * Fraction(onboarding.planned_hours)
        done = all(day is not None and day <= live_on for day in tasks)
        rate("implementation_quality", "quality_judged_onboardings", over, done and clean)
        urgent = any(
            ticket.account is onboarding.account
            and ticket.priority == "urgent"
            and live_on <= ticket.opened_at.date() <= over
            for ticket in book.company.tickets
        )
        rate("post_live_stability", "stability_judged_onboardings", over, not urgent)
    held = [day for day in course.held if day <= (course.ended_on or as_of)]
    tally.add("hold_days", signed_on, course.slices, Decimal(len(held)))
    tally.count("held_onboardings", signed_on, course.slices, bool(held))
    tally.count("hold_signed_onboardings", signed_on, course.slices)


def _arrive(
    book: Book, tally: Tally, course: Course, worked: list[TimeEntry], replies: list[Survey], waits: Waits
) -> None:
    """What is counted in the month in which it came: go-live, exit, an answer."""
    onboarding, live_on, slices = course.onboarding, course.go_live_on, course.slices
    if live_on is not None:
        before = [entry for entry in worked if entry.spent_on <= live_on]
        spent = sum((entry.hours for entry in before), Decimal(0))
        cost = sum((entry.hours * entry.person.loaded_hourly_cost for entry in before), Decimal(0))
        if onboarding.planned_hours > 0:
            tally.add("live_planned_hours", live_on, slices, onboarding.planned_hours)
            tally.add("live_implementation_hours", live_on, slices, spent)
        tally.count("costed_go_live_onboardings", live_on, slices)
        tally.add("implementation_fees", live_on, slices, onboarding.services_fee)
        tally.add("implementation_costs", live_on, slices, cost)
        tally.add("implementation_margin", live_on, slices, onboarding.services_fee - cost)
        if onboarding.csat_at_go_live is not None:
            tally.count("csat_at_go_live_answers", live_on, slices)
            tally.add("csat_at_go_live_total", live_on, slices, onboarding.csat_at_go_live)
        _waited(waits["p90_days_to_live"], course, live_on)
    if course.exited_on is not None:
        tally.count("onboarding_exits", course.exited_on, slices)
        _waited(waits["median_days_to_exit"], course, course.exited_on)
    completed = onboarding.exited_on is not None and onboarding.exited_on <= book.as_of
    answer: tuple[date, int] | None = None
    if completed and onboarding.exited_on is not None and onboarding.nps_at_completion is not None:
        answer = (onboarding.exited_on, onboarding.nps_at_completion)
    elif replies:
        answer = (replies[0].responded_at.date(), replies[0].score)
    if answer is not None:
        tally.count("onboarding_nps_answers", answer[0], slices)
        tally.add("onboarding_nps_total", answer[0], slices, Decimal((answer[1] >= 9) - (answer[1] <= 6)))


def _waited(waits: dict[tuple[date, Slice], list[int]], course: Course, arrived_on: date) -> None:
    for one in (TOTAL, *course.slices):
        waits[arrived_on.replace(day=1), one].append((arrived_on - course.onboarding.signed_on).days)


def _pace(book: Book, tally: Tally, course: Course) -> None:
    """Steps between milestones by the later one; milestones due by a day, by the signature."""
    onboarding, as_of = course.onboarding, book.as_of
    signed_on = onboarding.signed_on
    values = dict(slices_of(book, onboarding.account, signed_on))
    values["signed_quarter"] = quarter(signed_on)
    slices = tuple(values.items())
    arrived = sorted((day, place) for place, (day, _, _) in enumerate(course.reached) if day is not None)
    for (before, _), (after, place) in pairwise(arrived):
        of_kind = [*slices, ("kind", course.reached[place][2])]
        tally.count("milestone_steps", after, of_kind)
        tally.add("milestone_step_days", after, of_kind, Decimal((after - before).days))
    for reached_on, due_on, kind in course.reached:
        of_kind = [*slices, ("kind", kind)]
        if due_on is None:
            continue
        if reached_on is not None or due_on < as_of:
            tally.count("milestones_due", signed_on, of_kind)
            tally.count("milestones_on_time", signed_on, of_kind, reached_on is not None and reached_on <= due_on)
        for days in (7, 14):
            limit = plus(signed_on, days)
            if due_on <= limit <= as_of:
                tally.count(f"milestones_due_day{days}", signed_on, of_kind)
                by_then = reached_on is not None and reached_on <= limit
                tally.count(f"milestones_on_time_day{days}", signed_on, of_kind, by_then)


def _stand(book: Book, tally: Tally, course: Course, use: Use) -> None:
    """How an open onboarding stands at each month-end."""
    onboarding = course.onboarding
    signed_on = onboarding.signed_on
    for end in book.months:
        if end < signed_on or (course.ended_on is not None and course.ended_on <= end):
            continue
        values = dict(slices_of(book, onboarding.account, end))
        values["signed_quarter"] = quarter(signed_on)
        values["configuration"] = onboarding.configuration
        slices = tuple(values.items())
        last = max(day for day in course.movements if day <= end)
        idle = [day for day in days_between(plus(last, 1), end) if day not in course.held]
        worked = [day for day in idle if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS]
        has_value = course.first_value_on is not None and course.first_value_on <= end
        elapsed, target = (end - signed_on).days, (course.deadline_on - signed_on).days
        done = sum(1 for day, _, _ in course.reached if day is not None and day <= end)
        every = len(course.reached)
        behind = done + 1 < every and Fraction(elapsed, target) > Fraction(done + 1, every)
        live = course.go_live_on is not None and (end - course.go_live_on).days >= LIVE_NO_VALUE_DAYS
        tally.count("open_onboardings", end, slices)
        tally.count("stalled_onboardings", end, slices, len(idle) >= STALL_DAYS)
        tally.count("stall_alert_onboardings", end, slices, len(worked) >= STALL_BUSINESS_DAYS)
        tally.count("off_pace_onboardings", end, slices, not has_value and elapsed <= target and behind)
        tally.count("live_no_value_onboardings", end, slices, live and not has_value)
        tally.count("on_hold_onboardings", end, slices, end in course.held and end > last)
        breadth = _breadth(use, signed_on, end)
        score = _score(course, use, end, done, breadth)
        tally.count("scored_onboardings", end, slices)
        tally.count("breadth_onboardings", end, slices)
        tally.add("onboarding_health_total", end, slices, _exact(score))
        tally.add("onboarding_breadth_total", end, slices, _exact(breadth))


def _breadth(use: Use, first: date, last: date) -> Fraction:
    used = {feature for day, features in use.features.items() if first <= day <= last for feature in features}
    return rounded(min(Fraction(1), Fraction(len(used), CORE_FEATURE_TARGET)), 6)


def _exact(value: Fraction) -> Decimal:
    """A rounded number as a decimal."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def _score(course: Course, use: Use, end: date, done: int, breadth: Fraction) -> Fraction:
    """Weighted mean of the signals that are known."""
    signed_on = course.onboarding.signed_on
    expected = sum(
        1 for day, due_on, _ in course.reached if any(one is not None and one <= end for one in (day, due_on))
    )
    weeks = min(SUSTAINED_USE_WEEKS, (end - signed_on).days // 7 + 1)
    spans = [(plus(end, -7 * back - 6), plus(end, -7 * back)) for back in range(weeks)]
    engaged = sum(1 for first, last in spans if _used_between(use, max(first, signed_on), last))
    known: list[tuple[int, Fraction]] = [
        (SIGNAL_WEIGHTS["velocity"], rounded(Fraction(engaged, weeks), 6)),
        (SIGNAL_WEIGHTS["breadth"], breadth),
    ]
    if expected:
        known.append((SIGNAL_WEIGHTS["milestones"], rounded(Fraction(done, expected), 6)))
    total = sum(weight for weight, _ in known)
    points = sum((weight * 100 * share for weight, share in known), Fraction(0))
    return rounded(points / total, 4)


def _leave_out_the_unknown(book: Book, tally: Tally) -> None:
    """A company that never delivered a hold or a ticket does not know these numbers."""
    onboardings = [one for account in book.accounts for one in book.onboardings[account.key]]
    if not any(hold.from_on <= book.as_of for one in onboardings for hold in one.holds):
        tally.drop("hold_days", "held_onboardings", "hold_days_per_onboarding", "on_hold_onboardings")
        tally.drop("hold_signed_onboardings", "median_days_to_first_value_net_of_hold")
        tally.drop("median_days_to_live_net_of_hold")
    if not any(ticket.opened_at.date() <= book.as_of for ticket in book.company.tickets):
        tally.drop("stability_judged_onboardings", "stable_onboardings", "post_live_stability")


def _finish(tally: Tally) -> None:
    for metric, due in (
        ("onboarding_completion_rate", "completion_due_onboardings"),
        ("activation_rate", "activation_due_onboardings"),
        ("day7_engagement_rate", "day7_due_onboardings"),
        ("engagement_30d_rate", "day30_due_onboardings"),
        ("retention_90d_rate", "day90_due_onboardings"),
        ("on_plan_go_live_rate", "planned_go_live_onboardings"),
        ("implementation_quality", "quality_judged_onboardings"),
        ("post_live_stability", "stability_judged_onboardings"),
    ):
        tally.ratio(metric, MET[metric], due)
        tally.fill(due)
    for metric, above, below in (
        ("csat_at_go_live", "csat_at_go_live_total", "csat_at_go_live_answers"),
        ("hours_overrun_rate", "live_implementation_hours", "live_planned_hours"),
        ("implementation_margin_rate", "implementation_margin", "implementation_fees"),
        ("onboarding_nps", "onboarding_nps_total", "onboarding_nps_answers"),
        ("hold_days_per_onboarding", "hold_days", "hold_signed_onboardings"),
        ("milestone_velocity_days", "milestone_step_days", "milestone_steps"),
        ("milestone_on_time_rate", "milestones_on_time", "milestones_due"),
        ("milestone_on_time_rate_day7", "milestones_on_time_day7", "milestones_due_day7"),
        ("milestone_on_time_rate_day14", "milestones_on_time_day14", "milestones_due_day14"),
        ("stall_rate", "stalled_onboardings", "open_onboardings"),
        ("onboarding_health_score", "onboarding_health_total", "open_onboardings"),
        ("onboarding_adoption_breadth", "onboarding_breadth_total", "open_onboardings"),
    ):
        tally.ratio(metric, above, below)
    for metric in ("csat_at_go_live_answers", "onboarding_exits", "onboarding_nps_answers", "milestone_steps"):
        tally.fill(metric)
