"""`trailcheck.record.NamedTuple` does what `typing.NamedTuple` does."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

from trailcheck import record


class Ours(record.NamedTuple):
    """A place."""

    path: str
    line: int = 1
    note: Nowhere | None = None  # noqa: F821 - annotations are never evaluated

    @property
    def end(self) -> str:
        """The path and line."""
        return f"{self.path}:{self.line}"


class Theirs(typing.NamedTuple):
    """A place."""

    path: str
    line: int = 1
    note: object = None

    @property
    def end(self) -> str:
        """The path and line."""
        return f"{self.path}:{self.line}"


ARGUMENTS: list[tuple[tuple[object, ...], dict[str, object]]] = [
    (("a",), {}),
    (("a", 2), {}),
    (("a", 2, "n"), {}),
    (("a",), {"note": "n"}),
    ((), {"path": "a"}),
    ((), {"note": "n", "line": 3, "path": "a"}),
]
REFUSED: list[tuple[tuple[object, ...], dict[str, object]]] = [
    ((), {}),
    ((), {"line": 1}),
    (("a", 1, None, None), {}),
    (("a",), {"path": "b"}),
    (("a",), {"colour": "red"}),
    (("a", 1, None), {"colour": "red"}),
]


@pytest.mark.parametrize(("values", "named"), ARGUMENTS)
def test_instances_are_the_same(values: tuple[typing.Any], named: dict[str, typing.Any]) -> None:
    """Values given by place, by name and by default arrive in their fields."""
    ours, theirs = Ours(*values, **named), Theirs(*values, **named)
    assert tuple(ours) == tuple(theirs)
    assert (ours.path, ours.line, ours.note) == (theirs.path, theirs.line, theirs.note)
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert ours._asdict() == theirs._asdict()
    assert ours.end == theirs.end
    assert ours._replace(line=9) == theirs._replace(line=9)
    assert Ours._make(ours) == ours
    assert hash(ours) == hash(theirs)
    assert copy.copy(ours) == copy.deepcopy(ours) == pickle.loads(pickle.dumps(ours)) == ours  # noqa: S301 - our own
    assert type(copy.copy(ours)) is type(ours._replace(line=2)) is Ours


@pytest.mark.parametrize(("values", "named"), REFUSED)
def test_what_does_not_fit_is_refused(
    values: tuple[typing.Any], named: dict[str, typing.Any]
) -> None:
    """A value that lacks, is too much or is given twice is a TypeError."""
    for kind in (Ours, Theirs):
        with pytest.raises(TypeError):
            kind(*values, **named)


def test_classes_are_the_same() -> None:
    """Fields, defaults and patterns are those of the standard library; nothing can be set."""
    assert Ours._fields == Theirs._fields == Ours.__match_args__
    assert Ours._field_defaults == Theirs._field_defaults
    assert Ours.__doc__ == "A place."
    match Ours("a", 2):
        case Ours("a", line):
            assert line == 2
    with pytest.raises(AttributeError):
        Ours("a").path = "b"  # type: ignore[misc] # what is refused
    with pytest.raises(AttributeError):
        Ours("a").other = "b"  # type: ignore[attr-defined] # what is refused
    with pytest.raises(ValueError, match="colour"):
        Ours("a")._replace(colour="red")


def test_a_field_without_a_default_comes_first() -> None:
    """As in the standard library, what may be left out stands last."""
    with pytest.raises(TypeError):

        class Wrong(record.NamedTuple):  # type: ignore[misc] # what is refused
            line: int = 1
            path: str  # type: ignore[misc] # as above
