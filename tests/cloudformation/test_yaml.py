"""YAML and JSON as CloudFormation reads them: small documents, and what they come to.

Where YAML 1.1 makes a number of what people write as a name (012345678901, 22:30, 1.10), the text
is kept: a parameter is text, and what wants a number reads it again.
"""

from __future__ import annotations

import pytest

from trailcheck.cloudformation.plain import Plain
from trailcheck.cloudformation.syntax import compose
from trailcheck.errors import Impact
from trailcheck.source import Source

NOT_YAML = "The template is not YAML"
NOT_JSON = "The template is not JSON"
ALIASES = "The template has YAML aliases"


def read(data: bytes | str, name: str = "t.yaml") -> tuple[object, list[str]]:
    """Return a document as plain data, and what is wrong with it."""
    node, diagnostics = compose(Source(name, data.encode() if isinstance(data, str) else data))
    plain = None if node is None else Plain().of(node)
    return plain, [problem.summary for problem in diagnostics]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("yes", True),
        ("on", True),
        ("y", "y"),
        ("No", False),
        ("off", False),
        ("TRUE", True),
        ("'yes'", "yes"),
        ("~", None),
        ("", None),
        ("null", None),
        ("5", 5),
        ("-5", -5),
        ("+5", "+5"),
        ("0", 0),
        ("012", "012"),
        ("0o12", "0o12"),
        ("0x1F", "0x1F"),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("012345678901", "012345678901"),
        ("123456789012", 123456789012),
        ("22:30", "22:30"),
        ("2012-10-17", "2012-10-17"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("=", "="),
        ("a#b", "a#b"),
        ("a # b", "a"),
        ("a\n  b", "a b"),
        ('"a\n  b"', "a b"),
        ('"\\u0041\\x42"', "AB"),
        ("|\n  a\n  b", "a\nb"),
        ("|+\n  a\n\n", "a\n\n"),
        (">-\n  a\n  b", "a b"),
        ("!!str 5", "5"),
        ("!Sub |\n  ${A}\n  b", {"Fn::Sub": "${A}\nb"}),
        ("!Sub >-\n  ${A}\n  b", {"Fn::Sub": "${A} b"}),
        ("!GetAtt a.Outputs.b", {"Fn::GetAtt": ["a", "Outputs.b"]}),
        ("!GetAtt [a, b]", {"Fn::GetAtt": ["a", "b"]}),
        ("!Ref a", {"Ref": "a"}),
        ("!If [a, !Ref b, c]", {"Fn::If": ["a", {"Ref": "b"}, "c"]}),
    ],
)
def test_values(text: str, data: object) -> None:
    """Booleans, null and plain whole numbers are read; everything else is the text as written."""
    assert read(f"k: {text}") == ({"k": data}, [])


@pytest.mark.parametrize(
    ("text", "data", "wrong"),
    [
        ("---\na: 1\n", {"a": 1}, []),
        ("a: 1\n...\n", {"a": 1}, []),
        ("%YAML 1.1\n---\na: 1\n", {"a": 1}, []),
        ("# c\n\na: 1 # d\n# e\n", {"a": 1}, []),
        ("a: 1\r\nb: x\r\n", {"a": 1, "b": "x"}, []),
        (b"\xef\xbb\xbfa: 1\n", {"a": 1}, []),
        ("a:\t1\n", {"a": 1}, []),
        ("? a\n: 1\n", {"a": 1}, []),
        ("a: 1\n---\nb: 2\n", {"a": 1}, [NOT_YAML]),
        ("---\n---\na: 1\n", None, [NOT_YAML]),
        ("a:\n  b: 1\n\tc: 2\n", None, [NOT_YAML]),
        ("a: b: c\n", None, [NOT_YAML]),
        ("a: @b\n", None, [NOT_YAML]),
        ("a: *b\n", None, [NOT_YAML]),
        ("a: x\x00y\n", None, [NOT_YAML]),
        ("a: 1\na: 2\n", {"a": 2}, ["The key `a` is set twice"]),
        ("a: {b: 1, b: 2}\n", {"a": {"b": 2}}, ["The key `b` is set twice"]),
        ("[a]: 1\nb: 2\n", {"b": 2}, ["A key is not text"]),
        ("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n", {"a": 1, "b": 3}, [ALIASES]),
        ("x: &x {a: 1, b: 2}\ny: {b: 3, <<: *x}\n", {"a": 1, "b": 3}, [ALIASES]),
        ("x: &x {a: 1}\nz: &z {a: 2, c: 4}\ny: {<<: [*x, *z]}\n", {"a": 1, "c": 4}, [ALIASES]),
        ("x: &x {a: 1}\nz: &z {c: 4}\ny: {<<: *x, <<: *z}\n", {"a": 1, "c": 4}, [ALIASES]),
        ("x: &x v\ny: {a: *x}\n", {"a": "v"}, [ALIASES]),
    ],
)
def test_documents(text: bytes | str, data: dict[str, object] | None, wrong: list[str]) -> None:
    """One document, text as keys, each once; a merged key gives way to a stated one."""
    found, said = read(text)
    if ALIASES in wrong:
        assert isinstance(found, dict)
        found = found["y"]
    assert (found, said) == (data, wrong)


@pytest.mark.parametrize(
    ("text", "data", "wrong"),
    [
        ('{"a": 1}', {"a": 1}, []),
        ('\ufeff{"a": 1}', {"a": 1}, []),
        ('{\n\t"a": "\\ud83d\\ude00"\n}', {"a": "\U0001f600"}, []),
        ('{"a": 1, "a": 2}', {"a": 2}, ["The key `a` is set twice"]),
        ('{"a": 1,}', {"a": 1}, [NOT_JSON]),
        ('{"a": 1}}', {"a": 1}, [NOT_JSON]),
        ('{"a": "x\ty"}', {"a": "x\ty"}, [NOT_JSON]),
        ('{"a": !Ref b}', {"a": {"Ref": "b"}}, [NOT_JSON]),
        ('{"<<": {"a": 1}}', {"<<": {"a": 1}}, []),
        ("{'a': 1}", {"a": 1}, []),
        ("{a: [1, b]}", {"a": [1, "b"]}, []),
    ],
)
def test_json(text: str, data: object, wrong: list[str]) -> None:
    """JSON is read strictly; what is broken of it is still listed, and nothing passes on it."""
    found, said = read(text, "t.json")
    assert (found, said[: len(wrong) or 1]) == (data, wrong)


def test_aliases_are_a_note() -> None:
    """They are read as they are meant: a tool that resolves them deploys just that."""
    node, diagnostics = compose(Source("t.yaml", b"x: &x {a: 1}\ny: [*x, *x]\n"))
    assert node is not None
    Plain().of(node)
    assert [problem.impact for problem in diagnostics] == [Impact.NOTICE]
