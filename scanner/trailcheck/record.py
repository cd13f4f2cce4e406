"""`NamedTuple` as in `typing`, for a small part of what a definition costs there.

`typing.NamedTuple` compiles every annotation, and a constructor for every class: 0.4 ms a class, a
quarter of the time of a small scan. Here annotations stay text, and a constructor is one of those
below with the names of the fields. Instances cost the same. Type checkers see `typing.NamedTuple`
itself.
"""

from __future__ import annotations

from operator import itemgetter
from types import FunctionType
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
    _CONSTRUCTORS = (
        lambda cls: _new(cls),  # noqa: PLW0108 - its code is what is wanted
        lambda cls, a: _new(cls, (a,)),
        lambda cls, a, b: _new(cls, (a, b)),
        lambda cls, a, b, c: _new(cls, (a, b, c)),
        lambda cls, a, b, c, d: _new(cls, (a, b, c, d)),
        lambda cls, a, b, c, d, e: _new(cls, (a, b, c, d, e)),
        lambda cls, a, b, c, d, e, f: _new(cls, (a, b, c, d, e, f)),
        lambda cls, a, b, c, d, e, f, g: _new(cls, (a, b, c, d, e, f, g)),
        lambda cls, a, b, c, d, e, f, g, h: _new(cls, (a, b, c, d, e, f, g, h)),
        lambda cls, a, b, c, d, e, f, g, h, i: _new(cls, (a, b, c, d, e, f, g, h, i)),
        lambda cls, a, b, c, d, e, f, g, h, i, j: _new(cls, (a, b, c, d, e, f, g, h, i, j)),
    )

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
                __new__=_constructor(name, fields, tuple(defaults.values())),
                _fields=fields,
                _field_defaults=defaults,
            )
            return super().__new__(cls, name, bases, namespace)

    def _constructor(name, fields, defaults):
        """Return the constructor of a class, which takes its fields by place and by name."""
        if len(fields) < len(_CONSTRUCTORS):
            code = _CONSTRUCTORS[len(fields)].__code__
        else:
            names = ", ".join(fields)
            code = eval(f"lambda cls, {names}: _new(cls, ({names}))").__code__  # noqa: S307 - our own names
        code = code.replace(co_varnames=("cls", *fields), co_name=name, co_qualname=name)
        return FunctionType(code, globals(), name, defaults)

    class NamedTuple(tuple, metaclass=_Definition):
        """A tuple whose items have names, in the order of the annotations."""

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
