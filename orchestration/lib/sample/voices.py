"""What customers do and say: product usage, meetings, tickets, survey answers."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from orchestration.lib.sample import phrases
from orchestration.lib.sample.chance import Chance, Stream
from orchestration.lib.sample.days import plus, plus_months
from orchestration.lib.sample.deals import Relationship
from orchestration.lib.sample.model import Account, Company, Contact, Meeting, Onboarding, Survey, Ticket, UsageEvent


class Voices:
    def __init__(self, company: Company, chance: Chance) -> None:
        self._company = company
        self._chance = chance
        self._end = company.parameters.ends_on

    def of(self, relationship: Relationship, contacts: list[Contact]) -> None:
        """Everything one customer does from its first day of service to its last."""
        account = relationship.account
        lines = [line for line in relationship.lines if line.deleted_on is None and line.starts_on <= self._end]
        if not lines:
            return
        first = min(line.starts_on for line in lines)
        onboarding = relationship.onboarding
        kickoff = onboarding.kickoff_on if onboarding is not None else None
        self._kickoff_meeting(account, contacts, kickoff)
        if onboarding is not None:
            self._arrivals(relationship, onboarding)
        month = first.replace(day=1)
        while month <= self._end:
            self._month(relationship, contacts, max(month, first), min(plus(plus_months(month, 1), -1), self._end))
            month = plus_months(month, 1)

    def _arrivals(self, relationship: Relationship, onboarding: Onboarding) -> None:
        """Usage that shows the value milestones which policy observes; the project tool is told later, or not at all.

        Events stop with the service, so that what is declared after a customer left is not seen in usage.
        """
        account = relationship.account
        rules = {rule.milestone: rule for rule in account.habits.observed_milestones}
        for place, milestone in enumerate(onboarding.milestones):
            rule = rules.get(milestone.name)
            if rule is None or milestone.achieved_on is None:
                continue
            stream = self._chance.stream("arrival", onboarding.key, place)
            reached_on = milestone.achieved_on
            for number in range(rule.threshold):
                earlier = 0 if number == 0 else stream.whole(0, 4)
                day = max(plus(reached_on, -earlier), onboarding.signed_on)
                at = datetime.combine(day, time(7)) + timedelta(seconds=stream.whole(0, 12 * 3600))
                if day <= self._end and (relationship.ended_on is None or day < relationship.ended_on):
                    event = UsageEvent(account, stream.whole(1, 2), rule.event_name, rule.feature, at)
                    self._company.usage_events.append(event)
            if stream.happens(0.12):
                milestone.achieved_on = None
            elif stream.happens(0.4):
                milestone.achieved_on = plus(reached_on, stream.whole(1, 9))

    def _month(self, relationship: Relationship, contacts: list[Contact], first: date, last: date) -> None:
        account = relationship.account
        habits = account.habits
        running = relationship.running(first)
        if not running:
            return
        stream = self._chance.stream("voices", account.key, first.replace(day=1))
        part = ((last - first).days + 1) / 30
        keenness = self._keenness(relationship, first, stream)
        products = sorted({line.product for line in running})
        features = [feature for product in products for feature in phrases.FEATURES[product]]
        breadth = max(1, round(len(features) * min(max(0.35 + 0.3 * keenness, 0.2), 1.0)))
        users = max(2, {"high_touch": 9, "hybrid": 5, "tech_touch": 3}[habits.name])
        for _ in range(stream.count(habits.monthly_events * keenness * part)):
            at = _moment(stream, first, last)
            user = stream.whole(1, users)
            if stream.happens(0.3):
                self._company.usage_events.append(UsageEvent(account, user, "Signed In", "", at))
            else:
                feature = features[stream.whole(0, breadth - 1)]
                self._company.usage_events.append(
                    UsageEvent(account, user, phrases.EVENT_OF_FEATURE[feature], feature, at)
                )
        self._meetings(account, contacts, first, last, part, stream)
        for _ in range(stream.count(habits.monthly_tickets * part * (1.5 - 0.4 * keenness))):
            self._ticket(account, first, last, stream)
        if contacts and stream.happens(0.17):
            self._survey(relationship, contacts, first, last, stream)

    def _keenness(self, relationship: Relationship, day: date, stream: Stream) -> float:
        onboarding = relationship.onboarding
        level = 0.85 + 0.22 * relationship.value_score(day) + 0.1 * relationship.account.fit + stream.normal(0, 0.15)
        if onboarding is not None and (onboarding.go_live_on is None or onboarding.go_live_on > day):
            level *= 0.45
        if relationship.ended_on is not None and 0 <= (relationship.ended_on - day).days < 100:
            level *= 0.5
        return min(max(level, 0.05), 1.8)

    def _kickoff_meeting(self, account: Account, contacts: list[Contact], kickoff: date | None) -> None:
        if kickoff is None or kickoff > self._end:
            return
        at = datetime.combine(kickoff, time(14))
        for contact in contacts[:3]:
            self._company.meetings.append(
                Meeting(account, contact, account.value("owner", kickoff), "Kickoff", at, 60, True)
            )

    def _meetings(
        self, account: Account, contacts: list[Contact], first: date, last: date, part: float, stream: Stream
    ) -> None:
        for _ in range(stream.count(account.habits.monthly_meetings * part)):
            at = _moment(stream, first, last, working_day=True)
            there = [contact for contact in contacts if contact.left_on is None or contact.left_on > at.date()]
            if not there:
                return
            kind = stream.weighted(phrases.MEETING_KINDS[1:], (0.5, 0.12, 0.1, 0.08, 0.12, 0.08))
            person = account.value("owner", at.date())
            wanted = (
                [contact for contact in there if contact.role == "sponsor"]
                if kind in ("Executive Review", "QBR")
                else []
            )
            contact = wanted[0] if wanted and stream.happens(0.7) else stream.pick(there)
            self._company.meetings.append(
                Meeting(account, contact, person, kind, at, stream.pick((30, 30, 45, 60)), stream.happens(0.86))
            )

    def _ticket(self, account: Account, first: date, last: date, stream: Stream) -> None:
        at = _moment(stream, first, last)
        priority = stream.weighted(phrases.PRIORITIES, phrases.PRIORITY_WEIGHTS)
        pace = {"low": 90.0, "normal": 46.0, "high": 20.0, "urgent": 7.0}[priority]
        solved: datetime | None = at + timedelta(minutes=round(60 * pace * stream.between(0.2, 2.2)))
        if stream.happens(0.015) or (solved is not None and solved.date() > self._end):
            solved = None
        self._company.tickets.append(Ticket(account, stream.pick(phrases.TICKET_SUBJECTS), priority, at, solved))

    def _survey(
        self, relationship: Relationship, contacts: list[Contact], first: date, last: date, stream: Stream
    ) -> None:
        at = _moment(stream, first, last)
        mood = 7.4 + 1.3 * relationship.value_score(at.date()) + stream.normal(0, 1.7)
        score = min(max(round(mood), 0), 10)
        onboarding = relationship.onboarding
        recent = onboarding is not None and 0 <= (at.date() - onboarding.signed_on).days < 120
        kind = stream.weighted(("nps", "csat"), (0.75, 0.25))
        if kind == "csat":
            score = min(max(round(score / 2), 1), 5)
        level = score if kind == "nps" else score * 2
        comment = stream.pick(phrases.COMMENTS["good" if level >= 9 else "middling" if level >= 7 else "poor"])
        purpose = "onboarding" if recent and kind == "nps" else "relationship"
        self._company.surveys.append(
            Survey(relationship.account, stream.pick(contacts), kind, purpose, score, comment, at)
        )


def _moment(stream: Stream, first: date, last: date, working_day: bool = False) -> datetime:
    """A time of day in office hours between the days; fewer at weekends, none when ``working_day``."""
    day = plus(first, stream.whole(0, (last - first).days))
    if day.weekday() >= 5 and (working_day or stream.happens(0.8)):
        day = stream.business_day(first, last)
    return datetime.combine(day, time(7)) + timedelta(seconds=stream.whole(0, 12 * 3600))
