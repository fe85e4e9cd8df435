"""The report as people read it."""

from collections.abc import Sequence
from statistics import median

from .figures import FULL_SPEED, Report, Row

HEADS = ("row", "value", "unit", "spread", "reference", "ratio", "aim", "aim here", "met")


def as_text(report: Report) -> str:
    speed = report.speed
    lines = _aligned([HEADS, *(_cells(row, speed) for row in report.rows)])
    lines += ["", *(f"{row.name}: {row.how}" for row in report.rows), ""]
    lines.append(
        f"This machine: nginx proxies {median(report.yardstick):,.0f} requests in a second of one core, {speed:.2f} of the "
        f"{FULL_SPEED:,.0f} that aims are stated for. Aims of speed are scaled by it; ratios and sizes are not."
    )
    return "\n".join(lines)


def _cells(row: Row, speed: float) -> tuple[str, ...]:
    spread = f"{_short(min(row.rounds))}..{_short(max(row.rounds))}" if len(row.rounds) > 1 else "once"
    if row.aim is None:
        aims = ("", "", "")
    else:
        sign = "≥" if row.aim.kind in ("rate", "ratio") else "≤"
        here = f"{sign} {_short(row.aim.scaled(speed))}"
        aims = (f"{sign} {_short(row.aim.stated)}", here, "yes" if row.is_met(speed) else "no")
    bare, ratio = (_short(figure) if figure is not None else "" for figure in (row.bare, row.ratio))
    return (row.name, _short(row.value), row.unit, spread, bare, ratio, *aims)


def _short(figure: float) -> str:
    """Three digits that count."""
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.3g}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
