"""The two clocks of a build, its policy scalars and the state of its inputs."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration.lib.parameters import BuildParameters, resolve
from orchestration.lib.parameters.resolve import fiscal_year, last_month_end
from tests.orchestration.lib.landing_company import ACCOUNTS, SUBSCRIPTIONS, LandingCompany

EVENT = '{"event_id":"%s","account_id":"A1","event_name":"x","occurred_at":"%s"}\n'


def _minimal(folder: Path, settings: str = "") -> LandingCompany:
    company = LandingCompany(folder, settings=settings)
    company.put("accounts.csv", ACCOUNTS + "A1,Acme,\n")
    company.put(
        "subscriptions.csv",
        SUBSCRIPTIONS + "S1,A1,core,2023-05-01,2024-04-30,10,\nS2,A1,core,2023-06-01,9999-12-31,5,\n",
    )
    return company


def _resolve(company: LandingCompany, known_at: datetime | None = None) -> BuildParameters:
    company.load_all()
    return resolve(company.config, company.home, known_at=known_at)


def test_as_of_is_the_agreed_end_where_there_are_contracts_alone(tmp_path: Path) -> None:
    parameters = _resolve(_minimal(tmp_path))
    assert (parameters.as_of, parameters.as_of_origin) == (date(2024, 4, 30), "data")
    assert parameters.last_closed_month_end == date(2024, 4, 30)


def test_as_of_is_the_latest_event_where_there_are_events(tmp_path: Path) -> None:
    company = _minimal(tmp_path)
    company.put("usage_events.jsonl", EVENT % (1, "2023-09-14T23:30:00Z") + EVENT % (2, "2999-01-01"))
    assert _resolve(company).as_of == date(2023, 9, 14)


def test_the_day_of_an_event_is_its_day_in_the_reporting_time_zone(tmp_path: Path) -> None:
    company = _minimal(tmp_path, settings='time_zone = "Asia/Tokyo"')
    company.put("usage_events.jsonl", EVENT % (1, "2023-09-14T23:30:00Z"))
    assert _resolve(company).as_of == date(2023, 9, 15)


def test_as_of_of_the_configuration_and_of_the_argument(tmp_path: Path) -> None:
    company = _minimal(tmp_path, settings="as_of = 2024-02-10")
    parameters = _resolve(company)
    assert (parameters.as_of, parameters.as_of_origin) == (date(2024, 2, 10), "configuration")
    assert parameters.last_closed_month_end == date(2024, 1, 31)
    parameters = resolve(company.config, company.home, as_of=date(2023, 12, 31))
    assert (parameters.as_of, parameters.as_of_origin) == (date(2023, 12, 31), "argument")


def test_without_data_as_of_is_the_day_of_known_at(tmp_path: Path) -> None:
    parameters = _resolve(LandingCompany(tmp_path), known_at=datetime(2024, 3, 5, tzinfo=UTC))
    assert (parameters.as_of, parameters.as_of_origin) == (date(2024, 3, 5), "known_at")


def test_known_at_masks_what_had_not_arrived(tmp_path: Path) -> None:
    company = LandingCompany(tmp_path)
    company.put("delivered=2024-01-02/subscriptions.csv", SUBSCRIPTIONS + "S1,A1,core,2023-05-01,,10,\n")
    company.put("delivered=2024-04-01/subscriptions.csv", SUBSCRIPTIONS + "S2,A1,core,2024-02-01,,10,\n")
    later = _resolve(company, known_at=datetime(2024, 5, 1))
    earlier = resolve(company.config, company.home, known_at=datetime(2024, 2, 1))
    assert (earlier.as_of, later.as_of) == (date(2023, 5, 1), date(2024, 2, 1))
    assert earlier.input_hash != later.input_hash
    assert earlier.policy_hash == later.policy_hash
    rows = {status.object: status.rows for status in earlier.sources if status.is_connected}
    assert rows == {"subscriptions": 1}


def test_the_same_inputs_and_clocks_give_the_same_parameters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The code may be edited while the test runs.
    monkeypatch.setattr(sys.modules[resolve.__module__], "code_fingerprint", lambda: "code")
    company = _minimal(tmp_path)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    company.put("delivered=2024-01-01/contacts.csv", "contact_id,account_id\nC1,A1\n")
    assert _resolve(company, known_at=moment) == resolve(company.config, company.home, known_at=moment)


def test_policy_changes_its_hash_and_the_note_on_default_segments(tmp_path: Path) -> None:
    company = _minimal(tmp_path)
    before = _resolve(company)
    company.put_policy("segments.csv", "segment,acv_from,acv_below,target_days\nall,0,,30\n")
    after = _resolve(company)
    assert before.policy_hash != after.policy_hash
    assert (before.segments_are_default, after.segments_are_default) == (True, False)


def test_key_contact_roles_reach_the_models_as_one_text_and_are_policy(tmp_path: Path) -> None:
    company = _minimal(tmp_path)
    before = _resolve(company)
    config = tmp_path / "postsale.toml"
    config.write_text(config.read_text() + '[policy]\nkey_contact_roles = ["champion", "user"]\n')
    after = _resolve(company)
    assert (before.key_contact_roles, after.key_contact_roles) == ("sponsor,champion,technical", "champion,user")
    assert before.policy_hash != after.policy_hash


def test_sources_say_what_is_connected_and_how_fresh(tmp_path: Path) -> None:
    company = _minimal(tmp_path, settings="as_of = 2024-03-31")
    company.put("usage_events.jsonl", EVENT % (1, "2024-01-01") + EVENT % (2, "never"))
    company.put("contacts.csv", "contact_id,account_id\n")
    parameters = _resolve(company)
    by_object = {status.object: status for status in parameters.sources if status.connector == "canonical"}
    usage, contacts = by_object["usage_events"], by_object["contacts"]
    assert (usage.is_connected, usage.rows, usage.quarantined_rows) == (True, 1, 1)
    assert (usage.latest_event_on, usage.expected_every_days, usage.is_stale) == (date(2024, 1, 1), 45, True)
    assert (contacts.is_connected, contacts.rows, contacts.is_stale) == (False, 0, False)
    assert by_object["accounts"].is_stale is False
    vendors = [status for status in parameters.sources if status.connector == "salesforce"]
    assert vendors
    assert all(status.source is None and not status.is_connected for status in vendors)


def test_written_tables_are_those_that_the_models_read(tmp_path: Path) -> None:
    company = _minimal(tmp_path)
    parameters = _resolve(company)
    parameters.write(company.home)
    next_folder = company.home / "next"
    ((as_of, known_at, is_default),) = company.query(
        f"select as_of, known_at, segments_are_default from '{next_folder / 'parameters.parquet'}'"
    )
    assert (as_of, known_at, is_default) == (parameters.as_of, parameters.known_at, True)
    ((rows, connected),) = company.query(
        f"select count(*), count(*) filter (is_connected) from '{next_folder / 'sources.parquet'}'"
    )
    assert (rows, connected) == (len(parameters.sources), 2)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 2, 29), date(2024, 2, 29)),
        (date(2024, 2, 28), date(2024, 1, 31)),
        (date(2024, 1, 1), date(2023, 12, 31)),
        (date(2023, 12, 31), date(2023, 12, 31)),
    ],
)
def test_last_closed_month_end(day: date, expected: date) -> None:
    assert last_month_end(day) == expected


@pytest.mark.parametrize(
    ("day", "start", "expected"),
    [
        (date(2024, 3, 31), 1, 2024),
        (date(2024, 3, 31), 4, 2024),
        (date(2024, 4, 1), 4, 2025),
        (date(2024, 12, 31), 12, 2025),
    ],
)
def test_a_fiscal_year_is_named_after_the_year_it_ends_in(day: date, start: int, expected: int) -> None:
    assert fiscal_year(day, start) == expected
