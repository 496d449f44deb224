"""`--where`: a small language of comparisons on dimensions, parsed to a tree and never spliced.

Allowed: `=`, `!=`, `<`, `<=`, `>`, `>=`, `in (…)`, `is null`, `and`, `or`, `not` and parentheses, between a
dimension and literal values. The tree is rendered again with escaped literals in the dialect of the warehouse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from orchestration.lib.errors import UsageError

_OPERATORS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MAXIMUM_LENGTH = 4000


@dataclass(frozen=True)
class Comparison:
    """`dimension operator value`."""

    dimension: str
    operator: str
    value: str


@dataclass(frozen=True)
class OneOf:
    """`dimension in (values)`."""

    dimension: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class IsNull:
    """`dimension is null`."""

    dimension: str


@dataclass(frozen=True)
class Negation:
    """`not operand`."""

    operand: Predicate


@dataclass(frozen=True)
class Junction:
    """Operands joined by `and` or `or`."""

    word: str
    operands: tuple[Predicate, ...]


Predicate = Comparison | OneOf | IsNull | Negation | Junction


def parse_predicate(text: str, allowed: Sequence[str]) -> Predicate:
    """The tree of `text`, whose dimensions must be in `allowed`.

    Raises `UsageError` for anything outside the language, with the allowed dimensions.
    """
    known = f"dimensions: {', '.join(sorted(allowed)) or 'none'}"
    if len(text) > _MAXIMUM_LENGTH or any(ord(character) < 32 and character not in "\t\n" for character in text):
        raise UsageError(f"--where is too long or holds control characters; {known}")
    try:
        # `into` makes the parser refuse anything that is not one condition.
        parsed = Dialect.get_or_raise("duckdb").parse_into(exp.Condition, text)
    except (SqlglotError, RecursionError):
        parsed = []
    if len(parsed) != 1 or parsed[0] is None:
        raise UsageError(f"--where cannot be read: {text!r}; write for example segment = 'hybrid'; {known}")
    try:
        return _convert(parsed[0], frozenset(allowed), known)
    except RecursionError:
        raise UsageError(f"--where is nested too deeply; {known}") from None


def dimensions_of(predicate: Predicate) -> Iterator[str]:
    """Every dimension mentioned, with repetitions."""
    if isinstance(predicate, Negation):
        yield from dimensions_of(predicate.operand)
    elif isinstance(predicate, Junction):
        for operand in predicate.operands:
            yield from dimensions_of(operand)
    else:
        yield predicate.dimension


def pins_one_value(predicate: Predicate) -> bool:
    """Whether the predicate is a single equality, so that it names exactly one slice."""
    return (isinstance(predicate, Comparison) and predicate.operator == "=") or (
        isinstance(predicate, OneOf) and len(predicate.values) == 1
    )


def render(predicate: Predicate, column: Callable[[str], str], dialect: str) -> str:
    """SQL of the predicate; `column` gives the expression of a dimension, literals are escaped here."""
    if isinstance(predicate, Comparison):
        return f"{column(predicate.dimension)} {predicate.operator} {literal(predicate.value, dialect)}"
    if isinstance(predicate, OneOf):
        return f"{column(predicate.dimension)} IN ({', '.join(literal(value, dialect) for value in predicate.values)})"
    if isinstance(predicate, IsNull):
        return f"{column(predicate.dimension)} IS NULL"
    if isinstance(predicate, Negation):
        return f"NOT ({render(predicate.operand, column, dialect)})"
    return "(" + f" {predicate.word.upper()} ".join(render(part, column, dialect) for part in predicate.operands) + ")"


def literal(value: str, dialect: str) -> str:
    """`value` as a string literal that is also inert in a Jinja template, which MetricFlow renders filters as."""
    pieces = [value]
    for opening in ("{{", "{%", "{#"):
        pieces = [part for piece in pieces for part in _split_inside(piece, opening)]
    rendered = [exp.Literal.string(piece).sql(dialect=dialect) for piece in pieces]
    return rendered[0] if len(rendered) == 1 else f"({' || '.join(rendered)})"


def _split_inside(text: str, opening: str) -> list[str]:
    """Cut `text` between the two characters of each `opening`, so that no piece contains it."""
    pieces = []
    while (found := text.find(opening)) >= 0:
        pieces.append(text[: found + 1])
        text = text[found + 1 :]
    return [*pieces, text]


def _convert(node: exp.Expr, allowed: frozenset[str], known: str) -> Predicate:
    if isinstance(node, exp.Paren):
        return _convert(node.this, allowed, known)
    if isinstance(node, exp.And | exp.Or):
        word = "and" if isinstance(node, exp.And) else "or"
        return Junction(word, (_convert(node.left, allowed, known), _convert(node.right, allowed, known)))
    if isinstance(node, exp.Not):
        return Negation(_convert(node.this, allowed, known))
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return IsNull(_dimension(node.this, allowed, known))
    if isinstance(node, exp.In):
        extra = {key for key, value in node.args.items() if value and key not in ("this", "expressions")}
        if not extra and node.expressions:
            values = tuple(_value(item, known) for item in node.expressions)
            return OneOf(_dimension(node.this, allowed, known), values)
    operator = _OPERATORS.get(type(node))
    if operator is not None:
        left, right = node.this, node.expression
        if isinstance(right, exp.Column) and not isinstance(left, exp.Column):
            left, right, operator = right, left, _MIRRORED[operator]
        return Comparison(_dimension(left, allowed, known), operator, _value(right, known))
    raise UsageError(
        f"--where does not allow {node.sql(dialect='duckdb')!r}; compare a dimension with a value; {known}"
    )


def _dimension(node: exp.Expr, allowed: frozenset[str], known: str) -> str:
    if not isinstance(node, exp.Column) or any(node.args.get(part) for part in ("table", "db", "catalog")):
        raise UsageError(f"--where: {node.sql(dialect='duckdb')!r} is not a dimension; {known}")
    name = str(node.name).lower()
    if name not in allowed:
        hint = " (values stand in single quotes)" if node.this.args.get("quoted") else ""
        raise UsageError(f"--where: unknown dimension {name!r}{hint}; {known}")
    return name


def _value(node: exp.Expr, known: str) -> str:
    if isinstance(node, exp.Literal):
        return str(node.this)
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string:
        return f"-{node.this.this}"
    raise UsageError(f"--where: {node.sql(dialect='duckdb')!r} is not a literal value in single quotes; {known}")
