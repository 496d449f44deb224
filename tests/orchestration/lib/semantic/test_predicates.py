"""`--where`: what it accepts, and that nothing else reaches the warehouse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.lib.errors import UsageError
from orchestration.lib.semantic import SemanticLayer
from orchestration.lib.semantic.predicates import dimensions_of, literal, parse_predicate, pins_one_value, render

ALLOWED = ["region", "size"]


def sql(text: str) -> str:
    return render(parse_predicate(text, ALLOWED), lambda name: f"<{name}>", "duckdb")


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("region = 'north'", "<region> = 'north'"),
        ("REGION == 'north'", "<region> = 'north'"),
        ("\"region\" <> 'north'", "<region> <> 'north'"),
        ("region != 'north'", "<region> <> 'north'"),
        ("'m' < region", "<region> > 'm'"),
        ("region >= 'm' and region <= 'p'", "(<region> >= 'm' AND <region> <= 'p')"),
        ("region in ('north', 'south')", "<region> IN ('north', 'south')"),
        ("region not in ('north')", "NOT (<region> IN ('north'))"),
        ("region is null or size is not null", "(<region> IS NULL OR NOT (<size> IS NULL))"),
        (
            "not (region = 'a' or size = 'b') and size = 'c'",
            "(NOT ((<region> = 'a' OR <size> = 'b')) AND <size> = 'c')",
        ),
        ("size = 5", "<size> = '5'"),
        ("size = -5", "<size> = '-5'"),
        ("region = 'O''Brien'", "<region> = 'O''Brien'"),
        ("region = 'a' -- and more", "<region> = 'a'"),
        ("region = 'x; drop table stock; --'", "<region> = 'x; drop table stock; --'"),
    ],
)
def test_accepted_and_written_again(text: str, rendered: str) -> None:
    assert sql(text) == rendered


@pytest.mark.parametrize(
    "text",
    [
        "1 = 1",
        "true",
        "region",
        "'a' = 'a'",
        "region = size",
        "region = 'a' or 1 = 1",
        "region = 'a'; drop table stock",
        "region = 'a') or (1 = 1",
        "region = 'a' union select 1",
        "region = (select 1)",
        "region in (select region from sites)",
        "exists (select 1)",
        "region in (size)",
        "region like 'n%'",
        "region between 'a' and 'b'",
        "upper(region) = 'NORTH'",
        "region || 'x' = 'northx'",
        "region = concat('a', 'b')",
        "region = current_user",
        "region = null",
        "region is true",
        "region = $1",
        "region = ?",
        "region = :x",
        "region = e'\\x41'",
        "region = 'a' collate nocase",
        "region::text = 'a'",
        "cast(region as text) = 'a'",
        "case when region = 'a' then true end",
        "sites.region = 'a'",
        "site__region = 'a'",
        "manager = 'Ada'",
        'region = "north"',
        "{{ Dimension('site__region') }} = 'a'",
        "{% if true %} region = 'a' {% endif %}",
        "region = 'a' and",
        "read_csv('/etc/passwd') = 'a'",
        "select 1",
        "drop table stock",
        "region = 'a\x00'",
        "((((((",
        "(" * 3000 + "region = 'a'" + ")" * 3000,
    ],
)
def test_refused_with_the_dimensions_that_are_allowed(text: str) -> None:
    with pytest.raises(UsageError, match="dimensions: region, size"):
        sql(text)


def test_a_very_long_chain_is_refused_or_read_but_never_crashes() -> None:
    with pytest.raises(UsageError):
        sql(" and ".join(["region = 'a'"] * 2000))


@given(st.text(max_size=40))
def test_any_value_survives_as_itself(toy: SemanticLayer, value: str) -> None:
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        return
    for opening in ("{{", "{%", "{#"):
        assert opening not in literal(value, "duckdb")
    assert toy.connection.execute(f"select {literal(value, 'duckdb')}").fetchone() == (value,)


@pytest.mark.parametrize("value", ["{{ 1 / 0 }}", "{% raw %}", "{# note #}", "{{{{", "'{{'", "a'' or 1=1 --"])
def test_values_that_look_like_templates_are_only_values(toy: SemanticLayer, value: str) -> None:
    quoted = value.replace("'", "''")
    result = toy.query(["stock"], where=f"region = '{quoted}' or region = 'north'")
    assert [float(row[1]) for row in result.rows] == [10, 10, 10, 12.5]


def test_what_a_predicate_mentions() -> None:
    predicate = parse_predicate("not (region = 'a') and size in ('b', 'c')", ALLOWED)
    assert list(dimensions_of(predicate)) == ["region", "size"]
    assert pins_one_value(parse_predicate("region = 'a'", ALLOWED))
    assert pins_one_value(parse_predicate("region in ('a')", ALLOWED))
    assert not pins_one_value(parse_predicate("region > 'a'", ALLOWED))
    assert not pins_one_value(predicate)


def test_other_dialects_escape_in_their_own_way() -> None:
    assert literal("a\\'b", "databricks") == "'a\\\\\\'b'"
