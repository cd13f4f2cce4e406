"""Every function answers every argument with a value, quickly: hostile calls are bounded."""

from __future__ import annotations

import base64
import gzip
import time
from decimal import Decimal

import pytest
from function_calls import (
    ACCOUNT,
    ARN,
    BUILT,
    NAME,
    PREFIX,
    REFUSED,
    STREAMS,
    VALUES,
    ask,
    either,
    value,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from trailcheck.terraform.functions import _MODULE_OF, _find
from trailcheck.terraform.functions.convert import is_known, plain
from trailcheck.value import Encoded, Handle, Mapping, Sequence, Unknown

SAMPLES = [
    PREFIX,
    REFUSED,
    ARN,
    NAME,
    ACCOUNT,
    STREAMS,
    BUILT,
    Handle("aws_cloudtrail.main"),
    Encoded(value({"a": ARN})),
    Encoded(PREFIX),
    either("var.a", "x", None),
    either("var.a", ["x"], []),
    *map(
        value,
        [
            *(None, True, 0, 1, -3, Decimal("1.5"), 10**9, "", "a", "%s", "[a", "10.0.0.0/8"),
            *("2017-11-22T00:00:00Z", [], ["a", PREFIX], [[1], PREFIX], {}, {"a": PREFIX, "b": 1}),
        ],
    ),
    Sequence([ARN, value("b")], is_set=True),
]
NAMES = sorted(_MODULE_OF)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_its_function(name: str) -> None:
    """The table of names agrees with the tables of the files."""
    function = _find(name)
    assert function is not None
    assert function.most is None or function.least <= function.most


@given(st.sampled_from(NAMES), st.lists(st.sampled_from(SAMPLES), max_size=4))
@settings(max_examples=3000, deadline=None)
def test_any_call_gives_a_value(name: str, arguments: list) -> None:
    """No mixture of known and unknown arguments makes a function fail."""
    result = ask(name, *arguments)
    assert isinstance(result, VALUES)
    assert not isinstance(result, Unknown) or result.reason


@pytest.mark.parametrize("name", NAMES)
def test_a_refused_argument_refuses_the_call(name: str) -> None:
    """What Terraform refuses inside a call it refuses as a whole, whatever the function."""
    function = _find(name)
    if function.most == 0:
        return
    arguments = [REFUSED] * max(function.least, 1)
    assert ask(name, *arguments).refused


@pytest.mark.parametrize("name", NAMES)
def test_equal_calls_are_equal_unknowns(name: str) -> None:
    """The name of an unknown says the call: two calls alike are one unknown."""
    function = _find(name)
    arguments = [PREFIX] * function.least
    assert ask(name, *arguments) == ask(name, *arguments)


def _doubled(times: int) -> Sequence:
    doubled = value([1])
    for _ in range(times):
        doubled = Sequence([doubled, doubled])
    return doubled


def _nested(times: int) -> Sequence:
    nested = value([1])
    for _ in range(times):
        nested = Sequence([nested])
    return nested


LONG = "a" * 900_000
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
HOSTILE = {
    "range": ("range", 10**9),
    "width": ("format", "%999999999d", 1),
    "precision": ("format", "%.999999999f", 1),
    "digits of a width": ("format", f"%{'9' * 5000}d", 1),
    "product": ("setproduct", list(range(2000)), list(range(2000))),
    "power": ("pow", 10, 10**9),
    "indent": ("indent", 900_000, "a\n" * 1000),
    "replace": ("replace", LONG, "a", "b" * 1000),
    "replace nothing": ("replace", LONG, "", "b" * 1000),
    "nested quantifiers": ("regex", "(a+)+$", "a" * 60 + "!"),
    "ambiguous alternatives": ("regex", "(a|aa)+$", "a" * 60 + "!"),
    "many stars": ("regex", ".*" * 50 + "x", "a" * 10_000),
    "large repetition": ("regex", "((a{1000}){1000}){1000}", "a"),
    "deep pattern": ("regex", "(" * 5000 + ")" * 5000, "a"),
    "replace by pattern": ("replace", LONG, "/a*b/", ""),
    "split": ("split", "a", LONG),
    "join": ("join", LONG, ["a"] * 50),
    "parseint": ("parseint", "9" * 100_000, 10),
    "exponent": ("tonumber", "1e999999999"),
    "subnet": ("cidrsubnet", "10.0.0.0/8", 10**9, 1),
    "yaml bomb": ("yamldecode", BOMB),
    "deep yaml": ("yamldecode", "[" * 100_000),
    "deep yaml lists": ("yamldecode", "- " * 100_000 + "a"),
    "deep json": ("jsondecode", "[" * 100_000),
    "gzip bomb": (
        "base64gunzip",
        base64.b64encode(gzip.compress(b"a" * 20_000_000)).decode("ascii"),
    ),
    "duration": ("timeadd", "2017-11-22T00:00:00Z", "9" * 100 + "h"),
    "formatlist": ("formatlist", "%s" * 50, *([["x" * 100] * 5000] * 50)),
    **{f"doubled {f}": (f, _doubled(50)) for f in ("flatten", "distinct", "toset", "yamlencode")},
    "digest of doubled": ("md5", Encoded(_doubled(50))),
    **{f"nested {f}": (f, _nested(3000)) for f in ("flatten", "distinct", "toset", "yamlencode")},
    "digest of nested": ("md5", Encoded(_nested(3000))),
    "combining marks": ("length", "e" + "\u0301" * 200_000),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_calls_return_soon(case: str) -> None:
    """What grows beyond the bounds is left open within seconds; nothing hangs."""
    before = time.process_time()
    assert isinstance(ask(*HOSTILE[case]), VALUES)
    assert time.process_time() - before < 5


def test_doubled_values_are_not_written_out() -> None:
    """Shared values that would unfold to 2^50 items are known, but have no plain form."""
    assert is_known(_doubled(50))
    assert plain(_doubled(50)) is None
    assert len(ask("upper", Mapping({"a": _doubled(50)})).name) < 600
