"""`NamedTuple` as in `typing`, for a small part of what a definition costs there.

`typing.NamedTuple` compiles every annotation, and a constructor for every class: 0.4 ms a class, a
quarter of the time of a small scan. Here classes share one constructor, and annotations stay text.
Instances cost the same. Type checkers see `typing.NamedTuple` itself.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    try:
        # What the fields of the standard library's own named tuples are made of.
        from _collections import _tuplegetter as _field
    except ImportError:

        def _field(index, doc):
            return property(itemgetter(index), doc=doc)

    _new = tuple.__new__

    class _Definition(type):
        """Turns the annotations of a class into fields of a tuple, defaults last."""

        def __new__(cls, name, bases, namespace):
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = {field: namespace.pop(field) for field in fields if field in namespace}
            if tuple(defaults) != fields[len(fields) - len(defaults) :]:
                raise TypeError(f"{name}: a field without a default follows one with a default")
            namespace.update((field, _field(i, "")) for i, field in enumerate(fields))
            namespace.update(
                __slots__=(),
                __match_args__=fields,
                _fields=fields,
                _field_defaults=defaults,
            )
            return super().__new__(cls, name, bases, namespace)

    class NamedTuple(tuple, metaclass=_Definition):
        """A tuple whose items have names, in the order of the annotations."""

        def __new__(cls, *values, **named):
            if named or len(values) != len(cls._fields):
                values = cls._complete(values, named)
            return _new(cls, values)

        @classmethod
        def _complete(cls, values, named):
            """Return the values of all fields; TypeError if one lacks or is too much."""
            fields, defaults = cls._fields, cls._field_defaults
            lacking = len(fields) - len(values)
            if not named and 0 < lacking <= len(defaults):
                return values + tuple(defaults.values())[-lacking:]
            positional = dict(zip(fields, values, strict=False))
            stated = {**defaults, **positional, **named}
            twice = positional.keys() & named.keys()
            if len(values) > len(fields) or len(stated) != len(fields) or twice:
                raise TypeError(f"{cls.__name__} takes {fields}, got {values} and {named}")
            return [stated[field] for field in fields]

        @classmethod
        def _make(cls, values):
            return cls(*values)

        def _replace(self, **changes):
            values = [
                changes.pop(field, value) for field, value in zip(self._fields, self, strict=True)
            ]
            if changes:
                raise ValueError(f"{type(self).__name__} has no field {', '.join(changes)}")
            return _new(type(self), values)

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            values = ", ".join(f"{field}={value!r}" for field, value in self._asdict().items())
            return f"{type(self).__name__}({values})"

        def __getnewargs__(self):
            return tuple(self)
