"""`postsale.toml`: where it is found, what it may say, and what is answered to what it may not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orchestration.lib.config import ConfigError, find_config, load_config
from orchestration.lib.project import SAMPLE_CONFIG

SOURCE = '[sources.crm]\nconnector = "canonical"\npath = "exports"\n'


def _write(folder: Path, text: str) -> Path:
    (folder / "exports").mkdir(exist_ok=True)
    file = folder / "postsale.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_defaults_and_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _write(tmp_path, SOURCE)
    monkeypatch.chdir("/")
    config = load_config(file)
    assert config.file == file
    assert config.sources["crm"].path == tmp_path / "exports"
    assert (config.as_of, config.reporting_currency, config.time_zone, config.policy_dir) == (None, "USD", "UTC", None)
    assert config.policy.renewal_grace_days == 30
    assert config.policy.account_grain == "ultimate_parent"
    assert config.engine.name == "duckdb"


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    config = load_config(
        _write(
            tmp_path,
            'as_of = "2024-12-31"\nreporting_currency = "EUR"\ntime_zone = "Europe/Berlin"\npolicy_dir = "rules"\n'
            '[policy]\nrenewal_grace_days = 0\naccount_grain = "account"\nsustained_use_weeks = 6\n'
            'fiscal_year_start_month = 4\nminimum_slice_accounts = 5\nattribute_history = "latest"\n'
            'live_no_value_days = 20\nhealth_backtest_days = 90\n[site]\nbase_path = "/postsale"\n'
            '[engine]\nname = "duckdb"\n' + SOURCE + 'kind = "files"\n',
        )
    )
    assert config.as_of == date(2024, 12, 31)
    assert config.policy_dir == tmp_path / "rules"
    assert config.policy.renewal_grace_days == 0
    assert config.policy.health_backtest_days == 90
    assert config.site.base_path == "/postsale"


def test_the_engine_may_be_named_in_one_word(tmp_path: Path) -> None:
    assert load_config(_write(tmp_path, "engine = 'duckdb'\n" + SOURCE)).engine.name == "duckdb"


def test_a_date_may_be_written_as_toml_does(tmp_path: Path) -> None:
    assert load_config(_write(tmp_path, "as_of = 2024-12-31\n" + SOURCE)).as_of == date(2024, 12, 31)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "reporting_curency = 'USD'\n" + SOURCE,
            "line 1: unknown key 'reporting_curency'; did you mean 'reporting_currency'?",
        ),
        (
            SOURCE + "[policy]\nrenewal_grace = 3\n",
            "line 5: unknown key '[policy] renewal_grace'; did you mean 'renewal_grace_days'?",
        ),
        (SOURCE + "pth = 'x'\n", "line 4: unknown key '[sources.crm] pth'; did you mean 'path'?"),
        (SOURCE + "[polcy]\nrenewal_grace_days = 3\n", "line 4: unknown key 'polcy'; did you mean 'policy'?"),
        ("renewal_grace_days = 3\n" + SOURCE, "it belongs under [policy]"),
        (SOURCE + "[policy]\ntime_zone = 'UTC'\n", "it belongs at the top"),
        ("colour = 1\n" + SOURCE, "known keys: as_of, reporting_currency"),
        (SOURCE + "api_token = 'abc'\n", "secrets are read from environment variables"),
        ("as_of = 'yesterday'\n" + SOURCE, "line 1: as_of = 'yesterday': must be a date, like 2024-12-31"),
        ("as_of = 2024-12-31T10:00:00\n" + SOURCE, "must be a date without a time"),
        ("reporting_currency = 'dollars'\n" + SOURCE, "three capital letters"),
        ("time_zone = 'Mars'\n" + SOURCE, "is no time zone"),
        ("policy_dir = 'rules'\n" + SOURCE, "policy_dir: no folder"),
        (SOURCE + "[policy]\nrenewal_grace_days = -1\n", "line 5: [policy] renewal_grace_days = -1"),
        (SOURCE + "[policy]\naccount_grain = 'parent'\n", "'ultimate_parent' or 'account'"),
        (SOURCE + "[policy]\nkey_contact_roles = ['boss']\n", "'boss': input should be 'sponsor'"),
        (SOURCE + "[policy]\nkey_contact_roles = 'sponsor'\n", 'must be a list, like ["sponsor", "champion"]'),
        (SOURCE + "[policy]\nkey_contact_roles = []\n", "line 5: [policy] key_contact_roles = []"),
        (SOURCE + "[site]\nbase_path = 'postsale'\n", "must start with /"),
        (
            SOURCE.replace("canonical", "salesfroce"),
            "line 2: [sources.crm] unknown connector 'salesfroce'; did you mean 'salesforce'?",
        ),
        (SOURCE.replace("canonical", "policy"), "unknown connector 'policy'"),
        (SOURCE.replace("exports", "nowhere"), "line 3: [sources.crm] path: no folder"),
        ('[sources.crm]\nconnector = "canonical"\n', "line 1: [sources.crm] has no path"),
        ("engine = 'sparc'\n" + SOURCE, "[engine] name = 'sparc'"),
        (SOURCE + "[engine]\nname = 'sparc'\n", "line 5: [engine] name = 'sparc'"),
        ("policy = 3\n" + SOURCE, "line 1: policy is a table; write it as [policy]"),
        (SOURCE + "kind = 'ftp'\n", "[sources.crm] kind = 'ftp'"),
        ("[sources.'My CRM']\nconnector = 'canonical'\npath = 'exports'\n", "source name 'My CRM' cannot be used"),
        ("as_of = 2024-12-31\n", "no source is declared"),
        ("as_of = \n", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_its_mend(tmp_path: Path, text: str, message: str) -> None:
    file = _write(tmp_path, text)
    with pytest.raises(ConfigError) as raised:
        load_config(file)
    assert message in str(raised.value)
    assert str(file) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code == 2


def test_a_misspelt_policy_file_is_no_default(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "segment.csv").write_text("x")
    with pytest.raises(ConfigError, match=r"segment\.csv: no policy table of this name; did you mean segments\.csv\?"):
        load_config(_write(tmp_path, "policy_dir = 'rules'\n" + SOURCE))


def test_not_utf_8(tmp_path: Path) -> None:
    file = _write(tmp_path, SOURCE)
    file.write_bytes("# Müller\n".encode("latin-1") + file.read_bytes())
    with pytest.raises(ConfigError, match="byte 3 is not UTF-8"):
        load_config(file)


def test_where_the_configuration_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("named", "environment", "here"):
        (tmp_path / name).mkdir()
        _write(tmp_path / name, SOURCE)
    monkeypatch.delenv("POSTSALE_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    assert find_config() == SAMPLE_CONFIG.resolve()
    monkeypatch.chdir(tmp_path / "here")
    assert find_config() == tmp_path / "here" / "postsale.toml"
    monkeypatch.setenv("POSTSALE_CONFIG", str(tmp_path / "environment" / "postsale.toml"))
    assert find_config() == tmp_path / "environment" / "postsale.toml"
    assert find_config(tmp_path / "named") == tmp_path / "named" / "postsale.toml"
    monkeypatch.setenv("POSTSALE_CONFIG", "nowhere.toml")
    with pytest.raises(ConfigError, match=r"nowhere\.toml: no such file \(\$POSTSALE_CONFIG\)"):
        find_config()
