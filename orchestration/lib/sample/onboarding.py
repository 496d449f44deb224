"""From signature to first value: handoff, kickoff, holds, stalls, milestones, go-live, value, exit.

Cause and effect: a complete handoff, a separated pod and a light onboarding load shorten the way; all with noise.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from orchestration.lib.sample import phrases
from orchestration.lib.sample.chance import Chance, Stream, sigmoid
from orchestration.lib.sample.days import next_business_day, plus
from orchestration.lib.sample.model import Account, Company, Handoff, Hold, Milestone, Onboarding, Person
from orchestration.lib.sample.staff import Staff


class Onboardings:
    def __init__(self, company: Company, staff: Staff, chance: Chance) -> None:
        self._company = company
        self._staff = staff
        self._chance = chance
        habit = chance.stream("rep habits")
        self._rep_habit = {rep.key: min(max(habit.normal(0.66, 0.16), 0.25), 0.95) for rep in staff.sales}
        self._milestones = 0
        self._holds = 0
        self._handoffs = 0

    def begin(self, account: Account, signed_on: date, csm: Person, value: float, unflagged: bool) -> Onboarding:
        """Simulate a whole onboarding from its signature; dates after the company's end stay plans.

        ``value`` is the annual contract value in the reporting currency; ``unflagged`` leaves first value to be
        recognised by the milestone's name.
        """
        key = len(self._company.onboardings)
        stream = self._chance.stream("onboarding", key)
        pod = self._staff.pod_of(csm, signed_on)
        separated = pod is not None and pod.is_separated(signed_on)
        owner = self._owner(csm, separated, signed_on, stream)
        completeness = self._sales_handoff(account, signed_on, owner, stream)
        habits = account.habits
        pace = math.exp(
            -1.0 * (completeness - 0.62)
            - (0.3 if separated else 0.0)
            + 0.035 * self._open_load(csm, signed_on)
            - 0.08 * account.fit
            + stream.normal(0.0, 0.3)
        )
        onboarding = Onboarding(
            key,
            account,
            signed_on,
            owner,
            stream.weighted(phrases.CONFIGURATIONS, (0.5, 0.25, 0.13, 0.12)),
            plus(signed_on, round(habits.live_days * 1.15)),
            Decimal(round(habits.monthly_onboarding_hours * habits.value_days / 6)),
            Decimal(round(value * stream.between(0.04, 0.12) / 100) * 100)
            if habits.name != "tech_touch"
            else Decimal(0),
            completeness,
            separated,
        )
        self._company.onboardings.append(onboarding)
        self._walk(onboarding, pace, stream, unflagged)
        return onboarding

    def _owner(self, csm: Person, separated: bool, day: date, stream: Stream) -> Person:
        pod = self._staff.pod_of(csm, day)
        if pod is None or not separated:
            return csm
        specialists = [
            person
            for person in pod.implementers
            if person.works_on(day) and person.on(day).function == "implementation"
        ]
        return stream.pick(specialists) if specialists else csm

    def _open_load(self, csm: Person, day: date) -> float:
        """Onboardings the CSM has open beyond four; the pace suffers from each."""
        open_now = sum(
            1
            for other in self._company.onboardings
            if other.owner is csm and other.signed_on <= day and (other.go_live_on is None or other.go_live_on > day)
        )
        return float(max(min(open_now - 4, 8), 0))

    def _walk(self, onboarding: Onboarding, pace: float, stream: Stream, unflagged: bool) -> None:
        habits = onboarding.account.habits
        signed_on = onboarding.signed_on
        kickoff = next_business_day(
            plus(signed_on, max(1, round(habits.kickoff_days * pace * stream.between(0.7, 1.4))))
        )
        build_days = max(2, round((habits.live_days - habits.kickoff_days) * pace))
        if stream.happens(0.14):
            build_days += stream.whole(9, 30)
        if stream.happens(0.13):
            held_from = plus(kickoff, stream.whole(1, max(2, build_days - 1)))
            held_days = stream.whole(4, 24)
            self._hold(onboarding, held_from, plus(held_from, held_days - 1), stream)
            build_days += held_days
        go_live = next_business_day(plus(kickoff, build_days))
        gap_days = max(1, round((habits.value_days - habits.live_days) * pace * stream.between(0.6, 1.5)))
        first_value = next_business_day(plus(go_live, gap_days))
        completeness = onboarding.handoff_completeness
        if stream.happens(sigmoid(-4.6 - 2.4 * (completeness - 0.6))) or onboarding.key % 67 == 31:
            onboarding.cancelled = True
            onboarding.exited_on = plus(kickoff, stream.whole(5, 40))
            go_live = first_value = date.max
        elif stream.happens(sigmoid(-3.0 - 3.0 * (completeness - 0.6) - 0.4 * onboarding.account.fit)):
            first_value = date.max
        onboarding.kickoff_on = kickoff
        onboarding.go_live_on = None if go_live == date.max else go_live
        onboarding.first_value_on = None if first_value == date.max else first_value
        if first_value != date.max and stream.happens(0.85):
            onboarding.exited_on = plus(first_value, stream.whole(28, 45))
        self._set_milestones(
            onboarding, kickoff, min(go_live, plus(kickoff, build_days)), first_value, stream, unflagged
        )
        self._close_scores(onboarding, pace, stream)
        self._later_handoffs(onboarding, stream)

    def _set_milestones(
        self, onboarding: Onboarding, kickoff: date, live: date, first_value: date, stream: Stream, unflagged: bool
    ) -> None:
        habits = onboarding.account.habits
        stop = onboarding.exited_on if onboarding.cancelled else None
        span = max((live - kickoff).days, 1)
        for place, name in enumerate(phrases.TASK_MILESTONES):
            due_on = plus(onboarding.signed_on, round(habits.live_days * (place + 1) / 4.2))
            reached: date | None = plus(kickoff, round(span * (place + stream.between(0.4, 1.0)) / 4))
            if stop is not None and reached is not None and reached > stop:
                reached = None
            self._milestone(onboarding, name, "task", due_on, reached, None if unflagged else False)
        due_on = plus(onboarding.signed_on, habits.target_days)
        arrived = None if first_value == date.max else first_value
        self._milestone(onboarding, habits.first_value_milestone, "value", due_on, arrived, None if unflagged else True)
        for place, name in enumerate(habits.other_value_milestones, start=1):
            reached = None
            if arrived is not None and stream.happens(0.8):
                reached = plus(arrived, stream.whole(3, 20) * place)
            self._milestone(onboarding, name, "value", plus(due_on, 14 * place), reached, None if unflagged else False)

    def _milestone(
        self, onboarding: Onboarding, name: str, kind: str, due_on: date, reached: date | None, flag: bool | None
    ) -> None:
        onboarding.milestones.append(Milestone(self._milestones, onboarding, name, kind, due_on, reached, flag))
        self._milestones += 1

    def _hold(self, onboarding: Onboarding, from_on: date, to_on: date, stream: Stream) -> None:
        party = stream.weighted(tuple(phrases.HOLD_REASONS), (0.65, 0.15, 0.2))
        reason = stream.pick(phrases.HOLD_REASONS[party])
        onboarding.holds.append(Hold(self._holds, onboarding, from_on, to_on, party, reason))
        self._holds += 1

    def _close_scores(self, onboarding: Onboarding, pace: float, stream: Stream) -> None:
        if onboarding.go_live_on is not None and stream.happens(0.7):
            score = min(max(stream.normal(4.3 - 0.7 * (pace - 1.0), 0.6), 1.0), 5.0)
            onboarding.csat_at_go_live = Decimal(round(score * 2)) / 2
        if onboarding.first_value_on is not None and onboarding.exited_on is not None and stream.happens(0.7):
            onboarding.nps_at_completion = min(max(round(stream.normal(8.3 - 1.6 * (pace - 1.0), 1.5)), 0), 10)

    def _sales_handoff(self, account: Account, signed_on: date, receiver: Person, stream: Stream) -> float:
        """Write the sales handoff and return the share of its fields that was really filled."""
        rep = account.sales_rep or self._staff.sales[0]
        wanted = min(max(self._rep_habit[rep.key] + stream.normal(0.0, 0.14), 0.05), 1.0)
        late = stream.whole(0, 2) if stream.happens(0.6) else stream.whole(3, 16)
        return self._handoff(account, "sales_to_onboarding", plus(signed_on, late), rep, receiver, wanted, stream)

    def _later_handoffs(self, onboarding: Onboarding, stream: Stream) -> None:
        end = self._company.parameters.ends_on
        account = onboarding.account
        if onboarding.go_live_on is not None and onboarding.go_live_on <= end:
            csm = account.value("owner", onboarding.go_live_on)
            day = plus(onboarding.go_live_on, stream.whole(-1, 6))
            wanted = min(max(stream.normal(0.78 if onboarding.separated else 0.6, 0.15), 0.1), 1.0)
            self._handoff(account, "implementation_to_success", day, onboarding.owner, csm, wanted, stream)
        if onboarding.first_value_on is not None and onboarding.exited_on is not None and onboarding.exited_on <= end:
            csm = account.value("owner", onboarding.exited_on)
            wanted = min(max(stream.normal(0.68, 0.16), 0.1), 1.0)
            day = plus(onboarding.exited_on, stream.whole(0, 5))
            self._handoff(account, "onboarding_to_steady_state", day, csm, csm, wanted, stream)

    def _handoff(
        self, account: Account, kind: str, day: date, sender: Person, receiver: Person, wanted: float, stream: Stream
    ) -> float:
        names = phrases.HANDOFF_FIELDS[kind]
        fields: dict[str, str] = {}
        for name in names:
            if not stream.happens(wanted):
                if stream.happens(0.3):
                    fields[name] = stream.pick(phrases.SHORT_TEXT)
                continue
            if name.startswith("Stakeholder_"):
                fields[name] = stream.pick(phrases.CONTACT_TITLES[_role_of(name)])
            else:
                fields[name] = stream.pick(phrases.HANDOFF_TEXT[name])
        if day <= self._company.parameters.ends_on:
            at = datetime.combine(next_business_day(day), time(8)) + timedelta(minutes=stream.whole(0, 540))
            if at.date() <= self._company.parameters.ends_on:
                self._company.handoffs.append(Handoff(self._handoffs, account, kind, at, sender, receiver, fields))
                self._handoffs += 1
        filled = sum(1 for text in fields.values() if text not in phrases.SHORT_TEXT)
        return filled / len(names)


def _role_of(field: str) -> str:
    return {
        "Stakeholder_Sponsor": "sponsor",
        "Stakeholder_Champion": "champion",
        "Stakeholder_Technical": "technical",
        "Stakeholder_Detractors": "detractor",
    }[field]
