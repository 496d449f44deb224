"""What customers say about the product, whether they speak for it, and what is agreed to be achieved with them."""

from __future__ import annotations

from datetime import date

from orchestration.lib.sample import phrases
from orchestration.lib.sample.chance import Chance
from orchestration.lib.sample.days import month_end, plus, plus_months
from orchestration.lib.sample.deals import Relationship
from orchestration.lib.sample.model import Company, Contact, Feedback, Outcome, Reference

#: Horizons of success plans, and the days in which each is usually attained.
HORIZONS = (("90_day", 80), ("6_month", 170), ("1_year", 340))


class Advocacy:
    def __init__(self, company: Company, chance: Chance) -> None:
        self._company = company
        self._chance = chance
        self._end = company.parameters.ends_on

    def of(self, relationship: Relationship, contacts: list[Contact]) -> None:
        """Feedback, references and success plans of one customer, from its first day of service on."""
        starts = [line.starts_on for line in relationship.lines if line.deleted_on is None]
        if not starts or min(starts) > self._end:
            return
        self._feedback(relationship, min(starts))
        self._reference(relationship)
        self._plans(relationship, contacts)

    def _feedback(self, relationship: Relationship, first: date) -> None:
        month = first.replace(day=1)
        while month <= self._end:
            stream = self._chance.stream("feedback", relationship.account.key, month)
            last = min(month_end(month), self._end)
            for _ in range(stream.count(0.12)):
                day = stream.business_day(max(month, first), last)
                if not relationship.running(day):
                    continue
                score = relationship.value_score(day)
                weights = (0.35 + 0.2 * score, 0.3, 0.45 - 0.2 * score)
                sentiment = stream.weighted(
                    ("positive", "neutral", "negative"), tuple(max(one, 0.05) for one in weights)
                )
                area = stream.pick(phrases.PRODUCT_AREAS)
                status = stream.weighted(("new", "planned", "shipped", "declined"), (0.5, 0.2, 0.2, 0.1))
                self._company.feedback.append(
                    Feedback(
                        len(self._company.feedback),
                        relationship.account,
                        day,
                        area,
                        None if stream.happens(0.08) else sentiment,
                        status,
                        stream.pick(phrases.FEEDBACK),
                    )
                )
            month = plus_months(month, 1)

    def _reference(self, relationship: Relationship) -> None:
        """Candidate, willing, active, retired: one record per stage, each ending the day before the next begins."""
        account = relationship.account
        stream = self._chance.stream("reference", account.key)
        onboarding = relationship.onboarding
        if onboarding is None or onboarding.first_value_on is None or onboarding.first_value_on > self._end:
            return
        if not stream.happens(0.3 + 0.25 * relationship.value_score(onboarding.first_value_on)):
            return
        day = plus(onboarding.first_value_on, stream.whole(20, 150))
        kind = stream.weighted(("call", "case_study", "quote", "review", "event"), (0.4, 0.25, 0.15, 0.1, 0.1))
        stages = [("candidate", day)]
        if stream.happens(0.75):
            stages.append(("willing", plus(stages[-1][1], stream.whole(15, 120))))
            if stream.happens(0.8):
                stages.append(("active", plus(stages[-1][1], stream.whole(10, 90))))
        if stream.happens(0.1):
            stages.append(("retired", plus(stages[-1][1], stream.whole(60, 400))))
        for place, (stage, since_on) in enumerate(stages):
            ended_on = plus(stages[place + 1][1], -1) if place + 1 < len(stages) else None
            left_on = relationship.ended_on
            if left_on is not None and left_on <= since_on:
                break
            if left_on is not None and (ended_on is None or ended_on > left_on):
                ended_on = left_on
            self._company.references.append(
                Reference(
                    len(self._company.references),
                    account,
                    stage,
                    kind if stage in ("active", "retired") else None,
                    since_on,
                    ended_on,
                )
            )

    def _plans(self, relationship: Relationship, contacts: list[Contact]) -> None:
        """A round of outcomes after go-live and one each year, mostly with the largest customers."""
        account = relationship.account
        onboarding = relationship.onboarding
        stream = self._chance.stream("success plan", account.key)
        wanted = {"high_touch": 0.85, "hybrid": 0.3, "tech_touch": 0.05}[account.habits.name]
        if onboarding is None or onboarding.go_live_on is None or not stream.happens(wanted):
            return
        day = plus(onboarding.go_live_on, stream.whole(5, 45))
        while day <= self._end and relationship.running(day):
            for horizon, usual in stream.sample(HORIZONS, stream.whole(1, 3)):
                agreed_on = plus(day, stream.whole(0, 10))
                days = round(usual * stream.between(0.6, 1.25))
                owner = account.value("owner", agreed_on)
                champions = [one for one in contacts if one.role in ("sponsor", "champion")]
                self._company.outcomes.append(
                    Outcome(
                        len(self._company.outcomes),
                        account,
                        horizon,
                        stream.pick(phrases.OUTCOMES),
                        None if stream.happens(0.06) else owner,
                        None if stream.happens(0.15) or not champions else stream.pick(champions),
                        agreed_on,
                        plus(agreed_on, usual + 10) if stream.happens(0.8) else None,
                        plus(agreed_on, days) if stream.happens(0.72) else None,
                    )
                )
            day = plus(day, stream.whole(330, 400))
