"""What event selectors capture: management events that read, and those that write.

Without selectors a trail records every management event and no data event. Basic selectors add up;
advanced selectors record management events only where one of them says so. (CloudTrail API,
PutEventSelectors and AdvancedEventSelector.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer, all_of, any_of
from trailcheck.aws.policy import Gap, gap_of
from trailcheck.record import NamedTuple
from trailcheck.value import Handle, Known, Mapping, Reference, Sequence, Symbol, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.aws.policy import Settle
    from trailcheck.source import Span
    from trailcheck.value import Value
    from trailcheck.world import Settled


class Captured(NamedTuple):
    """Which management events a trail records, and why that is not certain."""

    reads: Answer
    writes: Answer
    gaps: tuple[Gap, ...] = ()
    spans: tuple[tuple[str, Span], ...] = ()
    """The selectors, each with a few words on what it captures."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The facts that would settle it."""
        return tuple(dict.fromkeys(n for gap in self.gaps for n in gap.needs))


EVERYTHING = Captured(Answer.YES, Answer.YES)
_TYPES = {"all": (True, True), "readonly": (True, False), "writeonly": (False, True)}


def management(basic: Value, advanced: Value, settle: Settle) -> Captured:
    """Answer which management events the selectors of a trail capture."""
    reader = _Reader(settle)
    some_advanced = reader.items(advanced)
    if some_advanced is None or some_advanced:
        return reader.captured(some_advanced, reader.advanced)
    some_basic = reader.items(basic)
    if some_basic is not None and not some_basic:
        return EVERYTHING
    return reader.captured(some_basic, reader.basic)


class _Reader:
    """Reads selectors and remembers what it could not settle."""

    def __init__(self, settle: Settle) -> None:
        self._settle = settle
        self.gaps: list[Gap] = []

    def captured(
        self,
        selectors: list[Settled] | None,
        judge: Callable[[Mapping], tuple[Answer, Answer]],
    ) -> Captured:
        """Add up the selectors: an event is recorded if one of them wants it."""
        if selectors is None:
            return Captured(Answer.MAYBE, Answer.MAYBE, tuple(self.gaps))
        found: list[tuple[Answer, Answer]] = []
        spans: list[tuple[str, Span]] = []
        for selector in selectors:
            if not isinstance(selector, Mapping):
                self._note(selector)
                found.append((Answer.MAYBE, Answer.MAYBE))
                continue
            reads, writes = judge(selector)
            found.append((reads, writes))
            if selector.span is not None:
                spans.append((f"this selector captures {_words(reads, writes)}", selector.span))
        return Captured(
            any_of(r for r, _ in found), any_of(w for _, w in found), tuple(self.gaps), tuple(spans)
        )

    def items(self, value: Value) -> list[Settled] | None:
        """Return the members of a list; None if the list is not known."""
        settled = self._settle(value)
        if isinstance(settled, Sequence):
            return [self._settle(item) for item in settled.items]
        if isinstance(settled, Known):
            return []
        if isinstance(settled, Mapping):
            return [settled]
        self._note(settled)
        return None

    def basic(self, selector: Mapping) -> tuple[Answer, Answer]:
        """Judge one basic selector: `All` and management events unless it says otherwise."""
        included = self._boolean(selector.items.get("management_events"), default=True)
        kind = self._text(selector.items.get("read_write_type"), "All")
        if kind is None:
            return all_of((included, Answer.MAYBE)), all_of((included, Answer.MAYBE))
        reads, writes = _TYPES.get(kind.lower(), (True, True))
        return (
            all_of((included, Answer.YES if reads else Answer.NO)),
            all_of((included, Answer.YES if writes else Answer.NO)),
        )

    def advanced(self, selector: Mapping) -> tuple[Answer, Answer]:
        """Judge one advanced selector: all of its fields must hold."""
        fields = self.items(selector.items.get("fields", Known(None)))
        if fields is None:
            return Answer.MAYBE, Answer.MAYBE
        category, reads, writes = Answer.NO, Answer.YES, Answer.YES
        for field in fields:
            if not isinstance(field, Mapping):
                self._note(field)
                return Answer.MAYBE, Answer.MAYBE
            name = self._text(field.items.get("field"), "")
            if name is None:
                return Answer.MAYBE, Answer.MAYBE
            if name == "eventCategory":
                category = self._equals(field, "Management")
            elif name == "readOnly":
                reads = all_of((reads, self._equals(field, "true")))
                writes = all_of((writes, self._equals(field, "false")))
            elif name != "eventSource":
                # NOTE: CloudTrail takes no other field for management events; it narrows them.
                return (Answer.NO if category is Answer.NO else Answer.MAYBE,) * 2
            elif not self._only_excludes(field):
                return Answer.MAYBE, Answer.MAYBE
        return all_of((category, reads)), all_of((category, writes))

    def _only_excludes(self, field: Mapping) -> bool:
        return all(
            not self.items(field.items.get(key, Known(None)))
            for key in ("equals", "starts_with", "ends_with")
        )

    def _equals(self, field: Mapping, wanted: str) -> Answer:
        """Answer whether a field selector admits a value, by its `equals` and `not_equals`."""
        answers: list[Answer] = []
        for key, negated in (("equals", False), ("not_equals", True)):
            values = self.items(field.items.get(key, Known(None)))
            if values is None:
                answers.append(Answer.MAYBE)
            elif values:
                found = any_of(self._is(value, wanted) for value in values)
                answers.append(found.negated() if negated else found)
        others = ("starts_with", "not_starts_with", "ends_with", "not_ends_with")
        if any(self.items(field.items.get(key, Known(None))) for key in others):
            answers.append(Answer.MAYBE)
        return all_of(answers) if answers else Answer.MAYBE

    def _is(self, value: Settled, wanted: str) -> Answer:
        text = self._text(value, "")
        if text is None:
            return Answer.MAYBE
        return Answer.YES if text == wanted else Answer.NO

    def _boolean(self, value: Value | None, *, default: bool) -> Answer:
        text = self._text(value, str(default).lower())
        if text is None:
            return Answer.MAYBE
        return Answer.NO if text.lower() == "false" else Answer.YES

    def _text(self, value: Value | None, default: str) -> str | None:
        """Return a scalar as text; None if it is not known."""
        settled = self._settle(value) if value is not None else Known(None)
        if isinstance(settled, Known):
            if settled.data is None:
                return default
            return (
                str(settled.data).lower() if isinstance(settled.data, bool) else str(settled.data)
            )
        self._note(settled)
        return None

    def _note(self, value: Settled) -> None:
        match value:
            case Unknown() | Reference() | Symbol() | Handle():
                self.gaps.append(gap_of(value))
            case _:
                self.gaps.append(Gap("an event selector cannot be read", (), value.span, value.via))


def _words(reads: Answer, writes: Answer) -> str:
    said = [w for w, a in (("reads", reads), ("writes", writes)) if a is Answer.YES]
    if Answer.MAYBE in (reads, writes):
        return "what code does not settle"
    return f"management {' and '.join(said)}" if said else "no management events"
