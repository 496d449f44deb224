"""Who the customers are: size, industry, place, hierarchy, when they sign, and who looks after them."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal

from mimesis import Person as PersonProvider
from mimesis.locales import Locale

from orchestration.lib.sample import phrases
from orchestration.lib.sample.chance import Chance, Stream
from orchestration.lib.sample.days import month_end, next_business_day, plus, plus_months
from orchestration.lib.sample.ids import salesforce_id
from orchestration.lib.sample.model import Account, Company, Contact, Person
from orchestration.lib.sample.parameters import SEGMENTS, Parameters, SegmentHabits
from orchestration.lib.sample.staff import Staff

LOCALE_OF_COUNTRY = {
    "Germany": Locale.DE,
    "France": Locale.FR,
    "Spain": Locale.ES,
    "Mexico": Locale.ES,
    "Chile": Locale.ES,
}


class Customers:
    """Creates the accounts of a company and keeps their CSM assignments balanced."""

    def __init__(self, company: Company, staff: Staff, chance: Chance) -> None:
        self._company = company
        self._staff = staff
        self._chance = chance
        self._names = PersonProvider(Locale.EN, seed=company.parameters.seed * 104_729 + 3)
        self._contact_names = {
            locale: PersonProvider(locale, seed=company.parameters.seed * 15_485_863 + place)
            for place, locale in enumerate((Locale.EN, Locale.DE, Locale.FR, Locale.ES))
        }
        self._taken: set[str] = set()
        self._load: dict[int, float] = {}

    def create(self) -> None:
        """Customers with their signature dates, holdings above some of them, and prospects who never sign."""
        parameters = self._company.parameters
        for index, (signed_on, habits) in enumerate(_signatures(parameters, self._chance)):
            self._customer(index, signed_on, habits)
        self._families()
        for index in range(round(parameters.accounts * 0.06)):
            self._prospect(index)

    def _customer(self, index: int, signed_on: date, habits: SegmentHabits) -> None:
        parameters = self._company.parameters
        stream = self._chance.stream("customer", index)
        account = self._account(
            stream, habits, max(plus(signed_on, -stream.whole(25, 120)), plus(parameters.starts_on, -60))
        )
        account.signed_on = signed_on
        account.fit = stream.normal()
        if stream.happens(0.05):
            account.set("industry", account.created_on, None)
        if stream.happens(0.04):
            account.country = None
            account.set("region", account.created_on, None)
        elif stream.happens(0.02) and parameters.months > 12:
            moved_on = plus(signed_on, stream.whole(120, 500))
            if moved_on <= parameters.ends_on:
                account.set("region", moved_on, stream.pick(phrases.REGIONS))

    def _account(self, stream: Stream, habits: SegmentHabits, created_on: date) -> Account:
        key = len(self._company.accounts)
        industry = stream.weighted(phrases.INDUSTRIES, phrases.INDUSTRY_WEIGHTS)
        region = stream.weighted(phrases.REGIONS, phrases.REGION_WEIGHTS)
        in_euro = region == "EMEA" and stream.happens(0.75)
        currency = self._company.parameters.foreign_currency if in_euro else self._company.parameters.reporting_currency
        working = [rep for rep in self._staff.sales if rep.started_on <= created_on] or self._staff.sales[:1]
        rep = stream.pick(working)
        account = Account(
            key,
            salesforce_id("Account", 4000 + key * 3),
            self._name(stream, industry, currency),
            created_on,
            stream.pick(phrases.COUNTRIES[region]),
            currency,
            habits,
            sales_rep=rep,
        )
        for attribute, value in (
            ("owner", rep),
            ("parent", None),
            ("industry", industry),
            ("region", region),
            ("segment", None),
        ):
            account.set(attribute, created_on, value)
        self._company.accounts.append(account)
        return account

    def _name(self, stream: Stream, industry: str, currency: str) -> str:
        while True:
            word = stream.pick(phrases.COMPANY_WORDS[industry])
            form = stream.pick(phrases.LEGAL_FORMS["EUR" if currency == "EUR" else "USD"])
            name = f"{self._names.last_name()} {word} {form}"
            if name not in self._taken:
                self._taken.add(name)
                return name

    def _prospect(self, index: int) -> None:
        parameters = self._company.parameters
        stream = self._chance.stream("prospect", index)
        habits = stream.weighted(parameters.habits, [habit.share for habit in parameters.habits])
        created_on = stream.business_day(parameters.starts_on, plus(parameters.ends_on, -20))
        account = self._account(stream, habits, max(created_on, parameters.starts_on))
        account.is_customer = False

    def prospects_of_the_pipeline(self) -> list[Account]:
        """Accounts, created in the last weeks, that sales is talking to: what the coming quarters may bring."""
        parameters = self._company.parameters
        found = []
        for index in range(max(3, round(parameters.accounts * 0.1))):
            stream = self._chance.stream("pipeline", index)
            habits = stream.weighted(parameters.habits, [habit.share for habit in parameters.habits])
            created_on = max(plus(parameters.ends_on, -stream.whole(4, 70)), parameters.starts_on)
            account = self._account(stream, habits, created_on)
            account.is_customer = False
            found.append(account)
        return found

    def _families(self) -> None:
        """About one account in twelve belongs to a parent: holdings without own lines, parents with them, one chain of
        three, and one customer that is bought by another part-way."""
        customers = [account for account in self._company.accounts if account.is_customer]
        stream = self._chance.stream("families")
        order = stream.sample(range(len(customers)), len(customers))
        budget = len(customers) // 12
        if len(customers) >= 5:
            budget = max(budget, 2)
        kind = 0
        while budget >= 1 and len(order) >= 4:
            size = min(budget, 2 if kind == 1 else stream.whole(1, 3), len(order) - 2)
            if kind % 2 == 0:
                self._holding([customers[order.pop()] for _ in range(size + 1)], stream)
            else:
                members = sorted((customers[order.pop()] for _ in range(size + 1)), key=_largest_first)
                self._parent(members, stream, chained=kind == 1 and size >= 2)
            budget -= size
            kind += 1
        self._purchase([customers[place] for place in order])

    def _purchase(self, free: list[Account]) -> None:
        """One customer is bought by another some 200 days after its signature, where the history is long enough."""
        for bought in free:
            day = plus(bought.signed_on or bought.created_on, 200)
            larger = [account for account in free if _weight(account) > _weight(bought)]
            if larger and day <= self._company.parameters.ends_on:
                bought.set("parent", day, larger[0])
                return

    def _holding(self, members: list[Account], stream: Stream) -> None:
        first = min(member.created_on for member in members)
        holding = self._account(stream, SEGMENTS[0], first)
        holding.is_customer = False
        holding.name = f"{holding.name.split()[0]} Holdings"
        while holding.name in self._taken:
            holding.name = f"{self._names.last_name()} Holdings"
        self._taken.add(holding.name)
        if stream.happens(0.6):
            holding.set("industry", holding.created_on, None)
            for member in members:
                if member.value("industry", member.created_on) is None:
                    member.set("industry", member.created_on, phrases.INDUSTRIES[0])
        if stream.happens(0.5):
            holding.set("region", holding.created_on, None)
            holding.country = None
            for member in members:
                if member.value("region", member.created_on) is None:
                    member.set("region", member.created_on, phrases.REGIONS[0])
        for member in members:
            member.set("parent", member.created_on, holding)

    def _parent(self, members: list[Account], stream: Stream, chained: bool) -> None:
        parent = members[0]
        for position, member in enumerate(members[1:], start=1):
            above = members[position - 1] if chained else parent
            member.set("parent", member.created_on, above)
        for attribute, choices in (("industry", phrases.INDUSTRIES), ("region", phrases.REGIONS)):
            if parent.value(attribute, parent.created_on) is None:
                parent.set(attribute, parent.created_on, stream.pick(choices))

    def assign_csm(self, account: Account, day: date) -> Person:
        """Give the account to the CSM with the lightest book among those at work, and return that CSM."""
        stream = self._chance.stream("assign", account.key, day)
        candidates = self._staff.csms_on(day)
        csm = min(candidates, key=lambda person: self._load.get(person.key, 0.0) + stream.between(0, 3))
        self._give(account, csm, day)
        return csm

    def _give(self, account: Account, csm: Person, day: date) -> None:
        account.set("owner", day, csm)
        self._load[csm.key] = self._load.get(csm.key, 0.0) + _weight(account)

    def hand_over(self, leaver: Person, day: date, peers: list[Person], interim_share: float) -> None:
        """Move a CSM's accounts to peers on the day; a share waits with its sales rep for some weeks first."""
        if not peers:
            return
        for account in self._company.accounts:
            if account.value("owner", day) is not leaver or account.history["owner"][0][0] > day:
                continue
            stream = self._chance.stream("handover", account.key, leaver.key)
            successor = min(peers, key=lambda person: self._load.get(person.key, 0.0) + stream.between(0, 4))
            if stream.happens(interim_share):
                account.set("owner", day, account.sales_rep)
                after = plus(day, stream.whole(12, 50))
                if after <= self._company.parameters.ends_on:
                    self._give(account, successor, after)
            else:
                self._give(account, successor, day)

    def contacts_for(self, account: Account) -> list[Contact]:
        """Four to seven people at the customer, by role; some leave."""
        stream = self._chance.stream("contacts", account.key)
        start = account.created_on
        names = self._contact_names[LOCALE_OF_COUNTRY.get(account.country or "", Locale.EN)]
        roles = ["sponsor", "champion", "technical"] + ["user"] * stream.whole(1, 3)
        if stream.happens(0.25):
            roles.append("detractor")
        contacts = []
        for role in roles:
            # The very first contact has accents in every company, however small.
            first_name, last_name = names.first_name(), names.last_name()
            if not self._company.contacts:
                first_name, last_name = phrases.ACCENTED_NAME
            contact = Contact(
                len(self._company.contacts),
                account,
                first_name,
                last_name,
                stream.pick(phrases.CONTACT_TITLES[role]),
                role,
                start,
            )
            if stream.happens(0.16):
                left_on = plus(start, stream.whole(150, 900))
                if left_on <= self._company.parameters.ends_on:
                    contact.left_on = left_on
            self._company.contacts.append(contact)
            contacts.append(contact)
        return contacts


def _weight(account: Account) -> float:
    return {"high_touch": 3.0, "hybrid": 1.6, "tech_touch": 0.8}[account.habits.name]


def _largest_first(account: Account) -> tuple[float, int]:
    return (-_weight(account), account.key)


def _signatures(parameters: Parameters, chance: Chance) -> list[tuple[date, SegmentHabits]]:
    """Signature days in order of time: a first cohort at the start, slow growth, a bunch at each quarter's end."""
    stream = chance.stream("signatures")
    weights = []
    for month in range(parameters.months):
        calendar_month = plus_months(parameters.starts_on, month).month
        season = (0.7, 0.8, 1.5)[(calendar_month - 1) % 3]
        weights.append(season * (1.0 + 0.025 * month) + (5.5 if month == 0 else 0.0))
    signatures = []
    for index in range(parameters.accounts):
        habits = stream.weighted(parameters.habits, [habit.share for habit in parameters.habits])
        month = 0 if index == 0 else stream.weighted(range(parameters.months), weights)
        first = plus_months(parameters.starts_on, month)
        last = month_end(first)
        if index == 0:
            day = next_business_day(first)
        elif first.month % 3 == 0 and stream.happens(0.6):
            day = stream.business_day(last - timedelta(days=9), last)
        else:
            day = stream.business_day(first, last)
        signatures.append((min(day, parameters.ends_on), habits))
    signatures.sort(key=lambda signature: signature[0])
    return signatures


def contract_value(stream: Stream, habits: SegmentHabits) -> float:
    """Annual value of a first contract in the reporting currency: log-uniform over the segment, thinner at the top."""
    low, high = math.log(habits.acv_low), math.log(habits.acv_high)
    return math.exp(low + (high - low) * stream.share() ** 1.4)


def cents(value: float) -> Decimal:
    return Decimal(round(value * 100)) / 100
