"""Line fingerprints, against the vectors of the upload action's own tests."""

import pytest

from trailcheck.report.fingerprint import Fingerprints

LOREM = "Lorem ipsum dolor sit amet.\n" * 10
VECTORS = {
    "": ["c129715d7a2bc9a3:1"],
    " a\nb\n  \t\tc\n d": [
        "271789c17abda88f:1",
        "54703d4cd895b18:1",
        "180aee12dab6264:1",
        "a23a3dc5e078b07b:1",
    ],
    LOREM: [
        *(f"a7f2ff13bc495cf2:{n}" for n in range(1, 7)),
        "a7f2ff1481e87703:1",
        "a9cf91f7bbf1862b:1",
        "55ec222b86bcae53:1",
        "cc97dc7b1d7d8f7b:1",
        "c129715d7a2bc9a3:1",
    ],
}


@pytest.mark.parametrize("text", VECTORS)
def test_vectors(text: str) -> None:
    """The published vectors hold."""
    lines = Fingerprints(text)
    assert [lines.of_line(n + 1) for n in range(len(lines))] == VECTORS[text]


def reference(text: str) -> list[str]:
    """Compute all fingerprints one unit at a time, as the upload action does."""
    raw = text.encode("utf-16-le", "surrogatepass")
    units = [raw[i] | raw[i + 1] << 8 for i in range(0, len(raw), 2)]
    window, lines, at, value = [0] * 100, [0] * 100, 0, 0
    first, found, counts = pow(37, 100, 1 << 64), {}, {}
    number, start, after_cr = 0, True, False

    def flush() -> None:
        if lines[at]:
            counts[value] = counts.get(value, 0) + 1
            found[lines[at]] = f"{value:x}:{counts[value]}"
            lines[at] = 0

    def push(unit: int) -> None:
        nonlocal value, at
        value = (37 * value + unit - first * window[at]) % (1 << 64)
        window[at] = unit
        at = (at + 1) % 100

    for each in [*units, 65535]:
        unit = each
        if unit in (32, 9) or (after_cr and unit == 10):
            after_cr = False
            continue
        after_cr = unit == 13
        unit = 10 if unit == 13 else unit
        flush()
        if start:
            start, number = False, number + 1
            lines[at] = number
        start = unit == 10
        push(unit)
    for _ in range(100):
        flush()
        push(0)
    return [found[n] for n in sorted(found)]


@pytest.mark.parametrize(
    "text",
    ["a\r\nb\rc\n\r\n d", "\U0001f600x\n\u00e9\n" * 40, "x" * 500 + "\n" + "y\n" * 150, LOREM],
)
def test_the_rolling_definition(text: str) -> None:
    """Line breaks of every kind, and characters outside the basic plane."""
    lines = Fingerprints(text)
    assert [lines.of_line(n + 1) for n in range(len(lines))] == reference(text)
