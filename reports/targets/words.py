"""How figures of targets are written."""

from decimal import Decimal

from reports.metrics import METRICS

UNKNOWN = "—"


def amount(metric: str, value: Decimal | None) -> str:
    """Whole numbers without decimals, shares with their sign, what nobody knows as a dash."""
    if value is None:
        return UNKNOWN
    known = METRICS.get(metric)
    text = f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
    return f"{text} %" if known and known.is_share else text
