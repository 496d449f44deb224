"""How the tests expect numbers to read, written independently of the pages' own formatting."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def percent(value: float) -> str:
    """0.90519 → 90.5%."""
    return f"{_rounded(Decimal(repr(value)) * 100, '0.1')}%"


def points(value: float) -> str:
    """0.0143 → +1.4 pp."""
    size = _rounded(Decimal(repr(value)) * 100, "0.1")
    return f"{'+' if size > 0 else '−' if size < 0 else ''}{abs(size)} pp"


def money(value: float | Decimal) -> str:
    """10551202.1 → $10.6M."""
    amount = Decimal(str(value))
    for size, letter in ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "K")):
        if abs(amount) >= size:
            return f"${_rounded(amount / size, '0.1')}{letter}"
    return f"${_rounded(amount, '1')}"


def days(value: float) -> str:
    """18.0 → 18 days."""
    size = _rounded(Decimal(repr(value)), "0.1").normalize()
    return f"{size:f} {'day' if size == 1 else 'days'}"


def _rounded(value: Decimal, step: str) -> Decimal:
    return value.quantize(Decimal(step), rounding=ROUND_HALF_UP)
