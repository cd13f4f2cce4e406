"""Values: what the code says an expression is, with its place and the way it came.

The union is closed; everything that reads a value matches on it and ends in `assert_never`:

- `Known`      a scalar settled by code: null, boolean, number or text
- `Text`       text with symbolic parts: `"${aws_cloudwatch_log_group.a.arn}:*"`
- `Sequence`   a list, tuple or set of known length
- `Mapping`    a map or object with known keys
- `Encoded`    the JSON text of a structured value, kept as structure
- `Reference`  an attribute of a resource that is known only after deployment
- `Symbol`     the deployment's own account, Region or partition
- `Handle`     a whole resource or module, whose attributes have not been asked for
- `Unknown`    a value that code does not settle, with the reason
- `Choice`     two values and the unknown condition between them

Two values are equal when they say the same thing, wherever they are written: spans and steps do not
count. Unknown values are equal when they are the same unknown (`var.prefix` here and there).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeAlias

from trailcheck.condition import settles
from trailcheck.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.condition import Condition, Scalar
    from trailcheck.errors import Diagnostic
    from trailcheck.shape import Shape
    from trailcheck.source import Span

MOST_STEPS = 64
"""Steps of history that a value keeps: the last ones of a longer way say nothing more."""

_MOST_PIECES = 1_000
"""Pieces of literal text whose places are kept; text of more is placed as a whole."""

_KINDS = frozenset({"NoneType", "bool", "str"})

Part: TypeAlias = "Piece | Reference | Symbol | Unknown"
Value: TypeAlias = (
    "Known | Text | Sequence | Mapping | Encoded | Reference | Symbol | Handle | Unknown | Choice"
)


class Step(NamedTuple):
    """One hop on the way of a value: the place, and what it is ("default of var.days")."""

    span: Span
    note: str


class Piece(NamedTuple):
    """Literal text inside a `Text`, with the place of its first character where it is known.

    `exact` tells that character n of the text stands n characters after the start of the span.
    """

    text: str
    span: Span | None = None
    exact: bool = False


class _Base:
    """What all values share: where they were written, and the steps that they came through."""

    __slots__ = ("span", "via")
    span: Span | None
    via: tuple[Step, ...]

    def key(self) -> tuple[object, ...]:
        """Return what makes two values equal, without places."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Base) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.key()[1:]}"

    def through(self, span: Span | None, note: str) -> Self:
        """Return the same value with one more step of history behind it."""
        if span is None or len(self.via) >= MOST_STEPS:
            return self
        copy = object.__new__(type(self))
        for slots in (vars(kind)["__slots__"] for kind in type(self).__mro__[:-1]):
            for slot in slots:
                setattr(copy, slot, getattr(self, slot))
        copy.via = (*self.via, Step(span, note))
        return copy


class Known(_Base):
    """A scalar that code settles. `pieces` map multi-line text back to its lines in the file."""

    __slots__ = ("data", "pieces")

    def __init__(
        self,
        data: Scalar,
        span: Span | None = None,
        via: tuple[Step, ...] = (),
        pieces: tuple[Piece, ...] = (),
    ) -> None:
        self.data = data
        self.span = span
        self.via = via
        self.pieces = pieces

    def key(self) -> tuple[object, ...]:
        # NOTE: Python holds True == 1; the type's name keeps booleans and numbers apart.
        kind = type(self.data).__name__
        return ("known", kind if kind in _KINDS else "number", self.data)


class Null(Known):
    """A null that a conversion gave a shape: `tostring(null)`. It equals every other null."""

    __slots__ = ("of",)

    def __init__(self, of: Shape, span: Span | None = None, via: tuple[Step, ...] = ()) -> None:
        super().__init__(None, span, via)
        self.of = of


class Text(_Base):
    """Text of two or more parts, at least one of them symbolic. Built by `text`."""

    __slots__ = ("parts",)

    def __init__(
        self, parts: tuple[Part, ...], span: Span | None = None, via: tuple[Step, ...] = ()
    ) -> None:
        self.parts = parts
        self.span = span
        self.via = via

    @property
    def weight(self) -> int:
        """How large the text is, in characters and symbolic parts."""
        return sum(len(p.text) if isinstance(p, Piece) else 1 for p in self.parts)

    def key(self) -> tuple[object, ...]:
        merged: list[object] = []
        for part in self.parts:
            said = part.text if isinstance(part, Piece) else part
            if isinstance(said, str) and merged and isinstance(merged[-1], str):
                merged[-1] += said
            else:
                merged.append(said)
        return ("text", *merged)


class Sequence(_Base):
    """A list, tuple or set whose length is known; items may be anything."""

    __slots__ = ("_weight", "is_set", "items", "of")

    def __init__(
        self,
        items: Iterable[Value],
        span: Span | None = None,
        via: tuple[Step, ...] = (),
        *,
        is_set: bool = False,
        of: Shape | None = None,
    ) -> None:
        self.items = tuple(items)
        self.span = span
        self.via = via
        self.is_set = is_set
        self.of = of
        """The shape of all items, or `EACH` for a tuple; None where that is not told."""
        self._weight = 0

    @property
    def weight(self) -> int:
        """How large the list would be written out; items that it shares count each time."""
        if not self._weight:
            self._weight = 1 + sum(map(_weight, self.items))
        return self._weight

    def key(self) -> tuple[object, ...]:
        return ("sequence", *self.items)


class Unsorted(Sequence):
    """A list of what a set holds, whose order code does not settle: anything may stand anywhere."""

    __slots__ = ()

    def key(self) -> tuple[object, ...]:
        return ("unsorted", *self.items)


class Mapping(_Base):
    """A map or object whose keys are known; `key_spans` says where each key is written."""

    __slots__ = ("_weight", "items", "key_spans", "of")

    def __init__(
        self,
        items: dict[str, Value],
        span: Span | None = None,
        via: tuple[Step, ...] = (),
        key_spans: dict[str, Span] | None = None,
        *,
        of: Shape | None = None,
    ) -> None:
        self.items = items
        self.span = span
        self.via = via
        self.key_spans = key_spans or {}
        self.of = of
        """The shape of all values, or `EACH` for an object; None where that is not told."""
        self._weight = 0

    @property
    def weight(self) -> int:
        """How large the map would be written out; items that it shares count each time."""
        if not self._weight:
            self._weight = 1 + sum(map(_weight, self.items.values()))
        return self._weight

    def key(self) -> tuple[object, ...]:
        return ("mapping", *sorted(self.items.items(), key=lambda item: item[0]))


class Encoded(_Base):
    """The JSON text of `value`, kept as structure so that places and references survive."""

    __slots__ = ("value",)

    def __init__(self, value: Value, span: Span | None = None, via: tuple[Step, ...] = ()) -> None:
        self.value = value
        self.span = span
        self.via = via

    def key(self) -> tuple[object, ...]:
        return ("encoded", self.value)


class Reference(_Base):
    """An attribute of the resource at `address` that is known only after deployment.

    `attribute` is in the graph's vocabulary, the same for every dialect: "arn", "name", "id", …
    The `arn` of a log group never ends in `:*` (CloudFormation's reader adds the suffix as text).
    """

    __slots__ = ("address", "attribute")

    def __init__(
        self,
        address: str,
        attribute: str,
        span: Span | None = None,
        via: tuple[Step, ...] = (),
    ) -> None:
        self.address = address
        self.attribute = attribute
        self.span = span
        self.via = via

    def key(self) -> tuple[object, ...]:
        return ("reference", self.address, self.attribute)


class Symbol(_Base):
    """The deployment's own "account", "region", "partition" or "dns_suffix".

    `scope` tells deployments apart that one configuration makes with several credentials or
    Regions; the empty scope is the default one.
    """

    __slots__ = ("name", "scope")

    def __init__(
        self, name: str, scope: str = "", span: Span | None = None, via: tuple[Step, ...] = ()
    ) -> None:
        self.name = name
        self.scope = scope
        self.span = span
        self.via = via

    def key(self) -> tuple[object, ...]:
        return ("symbol", self.name, self.scope)


class Handle(_Base):
    """A whole resource or module instance, by its address."""

    __slots__ = ("address",)

    def __init__(self, address: str, span: Span | None = None, via: tuple[Step, ...] = ()) -> None:
        self.address = address
        self.span = span
        self.via = via

    def key(self) -> tuple[object, ...]:
        return ("handle", self.address)


class Unknown(_Base):
    """A value that code does not settle.

    `name` identifies the unknown (`var.prefix`, `lower(var.prefix)`): equal names, equal values.
    `reason` is a sentence a person can act on; `needs` are the facts that would settle it.
    `refused` marks what the deployment tool itself would refuse (`x[0]` of an empty list).
    `refusal` says so where the tool refuses it for what the values come to, and not for the form of
    the code: the worlds in which it is met are never deployed.
    `options` are all texts that it may be, where code lists them; `least` is a number that it is
    not below, where code tells one; `layers` are the maps that it was merged of, the last one on
    top, where some entries may be settled though not all are.
    """

    __slots__ = ("layers", "least", "name", "needs", "options", "reason", "refusal", "refused")

    def __init__(  # noqa: PLR0913 - each field is part of what an unknown is
        self,
        name: str,
        reason: str,
        span: Span | None = None,
        via: tuple[Step, ...] = (),
        *,
        needs: tuple[str, ...] = (),
        refused: bool = False,
        refusal: Diagnostic | None = None,
        options: tuple[str, ...] = (),
        least: int | None = None,
        layers: tuple[Value, ...] = (),
    ) -> None:
        self.name = name
        self.reason = reason
        self.span = span
        self.via = via
        self.needs = needs
        self.refused = refused
        self.refusal = refusal
        self.options = options
        self.least = least
        self.layers = layers

    def key(self) -> tuple[object, ...]:
        return ("unknown", self.name)


class Choice(_Base):
    """Two values, and the unknown condition that decides between them. Built by `choose`."""

    __slots__ = ("condition", "otherwise", "then")

    def __init__(
        self,
        condition: Condition,
        then: Value,
        otherwise: Value,
        span: Span | None = None,
        via: tuple[Step, ...] = (),
    ) -> None:
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        self.span = span
        self.via = via

    def key(self) -> tuple[object, ...]:
        return ("choice", self.condition.name, self.then, self.otherwise)


NULL = Known(None)


def _weight(value: Value) -> int:
    match value:
        case Sequence() | Mapping():
            return value.weight
        case Encoded():
            return _weight(value.value)
        case Choice():
            return _weight(value.then) + _weight(value.otherwise)
        case _:
            return 1


def choose(condition: Condition, then: Value, otherwise: Value, span: Span | None = None) -> Value:
    """Return the choice between two values, or their common value when they are equal."""
    then, otherwise = assume(then, condition, holds=True), assume(otherwise, condition, holds=False)
    return then if then == otherwise else Choice(condition, then, otherwise, span)


def assume(value: Value, condition: Condition, *, holds: bool) -> Value:
    """Return `value` as it is in the worlds where `condition` holds, or does not."""
    if not isinstance(value, Choice):
        return value
    settled = settles(condition, value.condition, holds=holds)
    if settled is not None:
        return assume(value.then if settled else value.otherwise, condition, holds=holds)
    then = assume(value.then, condition, holds=holds)
    otherwise = assume(value.otherwise, condition, holds=holds)
    if then is value.then and otherwise is value.otherwise:
        return value
    return (
        then
        if then == otherwise
        else Choice(value.condition, then, otherwise, value.span, value.via)
    )


def text(parts: Iterable[Part], span: Span | None = None, via: tuple[Step, ...] = ()) -> Value:
    """Join parts to the simplest value: `Known` text if all are literal, the part itself if alone.

    Pieces keep their own places, so that text inside a heredoc can be found again in the file.
    """
    kept = [p for p in parts if not (isinstance(p, Piece) and not p.text)]
    if all(isinstance(p, Piece) for p in kept):
        pieces = tuple(p for p in kept if isinstance(p, Piece))
        said = "".join(p.text for p in pieces)
        return Known(said, span, via, pieces if len(pieces) <= _MOST_PIECES else ())
    if len(kept) == 1:
        only = kept[0]
        assert not isinstance(only, Piece)
        return only
    return Text(tuple(_merged(kept)), span, via)


def parts_of(value: Value) -> tuple[Part, ...] | None:
    """Return the parts of a text-like value, or None if it is not text (or not yet settled)."""
    match value:
        case Known(data=str(said)):
            return value.pieces or (Piece(said, value.span),)
        case Text():
            return value.parts
        case Reference() | Symbol() | Unknown():
            return (value,)
        case _:
            return None


def _merged(parts: list[Part]) -> Iterable[Part]:
    """Merge neighbouring pieces that have no exact place of their own."""
    last: Piece | None = None
    for part in parts:
        if isinstance(part, Piece) and last is not None and not part.exact and not last.exact:
            last = Piece(last.text + part.text, last.span)
            continue
        if last is not None:
            yield last
            last = None
        if isinstance(part, Piece):
            last = part
        else:
            yield part
    if last is not None:
        yield last
