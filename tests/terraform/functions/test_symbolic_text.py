"""Text with symbolic parts keeps them wherever the letters that they may hold allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from function_calls import ACCOUNT, ARN, BUILT, NAME, PREFIX, REGION, STREAMS, ask, opens, value

from trailcheck.source import Source
from trailcheck.value import (
    Encoded,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
    text,
)

if TYPE_CHECKING:
    from trailcheck.value import Part


def test_the_suffix_of_a_group_arn_can_be_taken_off() -> None:
    """`:*` ends the text literally, so what remains is the reference itself."""
    assert ask("trimsuffix", STREAMS, ":*") == ARN
    assert ask("replace", STREAMS, ":*", "") == ARN
    assert ask("replace", STREAMS, "/:\\*$/", "") == ARN


def test_an_arn_never_ends_in_an_asterisk() -> None:
    """Nothing is taken off, and nothing is replaced, where the suffix can not be."""
    assert ask("trimsuffix", ARN, ":*") == ARN
    assert ask("replace", ARN, "*", "") == ARN
    assert ask("endswith", ARN, ":*") == Known(data=False)
    assert ask("endswith", STREAMS, ":*") == Known(data=True)


def test_an_unknown_may_end_in_anything() -> None:
    """The text of a variable is not assumed to lack the suffix."""
    assert opens("trimsuffix", PREFIX, ":*")
    assert opens("endswith", PREFIX, ":*")
    assert opens("replace", text([PREFIX, Piece(":*")]), ":*", "")
    assert opens("split", ":", text([PREFIX, Piece(":*")]))


def test_a_built_arn_splits_at_its_literal_colons() -> None:
    """Neither Regions, nor account ids, nor names of groups hold a colon."""
    fields = ask("split", ":", BUILT)
    assert isinstance(fields, Sequence)
    assert [*fields.items[3:6]] == [REGION, ACCOUNT, Known("log-group")]
    assert fields.items[6:] == (NAME, Known("*"))


def test_an_arn_does_not_split_at_colons() -> None:
    """The colons of an ARN that is not known yet are somewhere inside."""
    assert opens("split", ":", STREAMS)
    assert opens("strcontains", ARN, "log-group")


@pytest.mark.parametrize(
    "address", ["aws_kms_alias.a", "module.m.aws_cloudwatch_metric_alarm.a[0]"]
)
def test_names_without_rules_may_hold_anything(address: str) -> None:
    """Aliases may hold colons, and names of alarms any character."""
    assert opens("split", ":", text([Reference(address, "name"), Piece(":x")]))
    assert opens("trimsuffix", Reference(address, "name"), "*")


def test_search_text_may_reach_into_a_symbolic_part() -> None:
    """`-a` is not in the literal text, but it may start there and end in the name."""
    joined = text([Piece("x-"), NAME, Piece("y")])
    assert opens("replace", joined, "-a", "")
    assert opens("strcontains", joined, "-a")
    assert ask("replace", joined, "-:", "") == joined


def test_starts_are_settled_by_the_literal_head() -> None:
    """What lies beyond the literal text is open, what differs within it is not."""
    assert ask("startswith", BUILT, "arn:aws:") == Known(data=True)
    assert ask("startswith", BUILT, "arn:aws-cn:") == Known(data=False)
    assert ask("startswith", ARN, "arn:") == Known(data=True)
    assert opens("startswith", BUILT, "arn:aws:logs:us-")
    assert ask("startswith", BUILT, "arn:aws:logs:US") == Known(data=False)


def test_symbolic_affixes_are_recognised() -> None:
    """A text starts and ends with the very parts that it is made of."""
    assert ask("startswith", STREAMS, ARN) == Known(data=True)
    assert ask("endswith", text([Piece("x/"), ACCOUNT]), ACCOUNT) == Known(data=True)


def test_case_is_settled_for_what_has_one_case() -> None:
    """Regions and partitions are in lower case, an account id has digits only."""
    assert ask("lower", REGION) == REGION
    assert ask("upper", ACCOUNT) == ACCOUNT
    assert ask("upper", REGION).name == "upper(region)"
    lowered = ask("lower", text([Piece("A-"), NAME]))
    assert isinstance(lowered, Text)
    assert lowered.parts[0].text == "a-"
    assert lowered.parts[1].name == "lower(aws_cloudwatch_log_group.audit.name)"


def test_texts_are_put_together_from_parts() -> None:
    """`format`, `join` and templates of the same parts are the same text."""
    formatted = ask("format", "arn:aws:logs:%s:%s:log-group:%s:*", REGION, ACCOUNT, NAME)
    joined = ask("join", ":", ["arn:aws:logs", REGION, ACCOUNT, "log-group", NAME, "*"])
    assert formatted == BUILT
    assert joined == BUILT


def test_white_space_is_trimmed_around_symbolic_parts() -> None:
    """No name starts or ends with a space; a variable's text may."""
    assert ask("trimspace", text([Piece("  "), NAME, Piece("\n")])) == NAME
    assert opens("trimspace", text([PREFIX, Piece("\n")]))
    assert ask("chomp", text([PREFIX, Piece("x\n")])) == text([PREFIX, Piece("x")])


def test_cuts_in_the_literal_head_are_exact() -> None:
    """`substr` may cut before, never within, a part that is not known."""
    assert ask("substr", BUILT, 0, 7) == Known("arn:aws")
    assert ask("substr", STREAMS, 0, 3).name == f'substr("${{{ARN.address}.arn}}:*", 0, 3)'
    assert ask("substr", text([Piece("arn:"), NAME]), 4, -1) == NAME
    assert ask("substr", text([Piece("arn:"), NAME]), 5, -1).name.startswith("substr(")


def test_an_account_id_has_twelve_digits() -> None:
    """Its length is known though it is not."""
    assert ask("length", ACCOUNT) == Known(12)
    assert opens("length", NAME)


def test_an_arn_is_taken_apart_and_built() -> None:
    """The functions of the AWS provider see through symbolic parts."""
    fields = ask("provider::aws::arn_parse", BUILT)
    assert isinstance(fields, Mapping)
    assert fields.items["region"] == REGION
    assert fields.items["account_id"] == ACCOUNT
    assert fields.items["resource"] == text([Piece("log-group:"), NAME, Piece(":*")])
    assert ask("provider::aws::arn_build", *fields.items.values()) == BUILT


def test_a_role_loses_its_path() -> None:
    """The path is what stands between `role/` and the last slash."""
    role = Known("arn:aws:iam::111122223333:role/audit/cloudtrail/writer")
    short = Known("arn:aws:iam::111122223333:role/writer")
    assert ask("provider::aws::trim_iam_role_path", role) == short
    assert ask("provider::aws::trim_iam_role_path", short) == short


def test_json_text_keeps_symbolic_parts_that_need_no_escape() -> None:
    """The ARN of a group is put in quotes as it is; a variable might need escapes."""
    policy = Encoded(Mapping({"Resource": STREAMS}))
    replaced = ask("replace", policy, '"Resource":', '"NotResource":')
    assert replaced == text([Piece('{"NotResource":"'), ARN, Piece(':*"}')])
    assert opens("replace", policy, "Resource", "NotResource")
    assert opens("replace", Encoded(Mapping({"a": PREFIX})), '"a":', "b")


def test_pieces_keep_their_places_in_the_file() -> None:
    """What is cut from a literal points at the characters that it was cut from."""
    source = Source("main.tf", b'name = "audit:trail"\n')
    span = source.span(8, 19)
    whole = Known("audit:trail", span, pieces=(Piece("audit:trail", span, exact=True),))
    second = ask("split", ":", whole).items[1]
    assert second == Known("trail")
    assert second.span.text == "trail"
    assert ask("trimprefix", whole, "audit:").pieces[0].span.text == "trail"


def test_what_is_returned_unchanged_keeps_its_history() -> None:
    """A function that finds nothing to do returns its argument itself."""
    given = Known("abc", Source("a.tf", b"abc").span(0, 3)).through(
        Source("b.tf", b"x").span(0, 1), "default of var.a"
    )
    for call in (("lower", given), ("trimspace", given), ("trimsuffix", given, "x")):
        assert ask(*call).via == given.via


def test_symbols_of_two_deployments_are_two() -> None:
    """The name of an unknown tells the scopes of symbols apart."""
    assert ask("upper", Symbol("region", "eu")) != ask("upper", REGION)


def _yaml(*parts: object) -> object:
    return ask("yamldecode", text([Piece(p) if isinstance(p, str) else p for p in parts]))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("a: ", ARN), ARN),
        (("a: ", ARN, ":*\nb: 1"), STREAMS),
        (('a: "', ARN, ':*"'), STREAMS),
        (("a: '", NAME, "'"), NAME),
        (("{a: /audit/", PREFIX, "}"), text([Piece("/audit/"), PREFIX])),
        (("a: |-\n  x\n  ", ARN), text([Piece("x\n"), ARN])),
        (("a: arn:aws:logs:", REGION, ":", ACCOUNT, ":*  # ", NAME), None),
        (("a: ", REGION), REGION),
        (('a: "', ACCOUNT, '"'), ACCOUNT),
        (("a: ", PREFIX, "/x"), text([PREFIX, Piece("/x")])),
    ],
)
def test_yaml_keeps_symbolic_parts_of_its_scalars(
    parts: tuple[object, ...], expected: object
) -> None:
    """Where quotes or letters make a scalar text whatever the parts are, it is text of parts."""
    if expected is None:
        expected = text([Piece("arn:aws:logs:"), REGION, Piece(":"), ACCOUNT, Piece(":*")])
    found = _yaml(*parts)
    assert isinstance(found, Mapping)
    assert found.items["a"] == expected


@pytest.mark.parametrize("parts", [(ACCOUNT,), (PREFIX,), ("1", PREFIX), ("t", NAME), (NAME, "e3")])
def test_unquoted_scalars_may_be_no_text(parts: tuple[object, ...]) -> None:
    """An account id is a number to YAML, and a name may be `true`; what is beside it is known."""
    found = _yaml("b: 1\na: ", *parts)
    assert isinstance(found, Mapping)
    assert found.items["b"] == Known(1)
    assert isinstance(found.items["a"], Unknown)
    assert not found.items["a"].refused


@pytest.mark.parametrize(
    "parts",
    [
        (NAME, ": 1"),
        ("a: 1\n", PREFIX, "\nb: 2"),
        ("a: !!int ", NAME),
        ("a: x\n  ", PREFIX),
        ('a: "\\ue0000\\ue001', ARN, '"'),
    ],
)
def test_yaml_whose_structure_is_open_is_not_settled(parts: tuple[object, ...]) -> None:
    """Keys, tags and whole lines that code does not settle may make it anything, also YAML."""
    assert opens("yamldecode", text([Piece(p) if isinstance(p, str) else p for p in parts]))


@pytest.mark.parametrize(
    ("given", "before", "part", "after"),
    [
        ({"b": 1, "a": ARN}, '"a": "', ARN, '"\n"b": 1\n'),
        ([None, STREAMS], '- null\n- "', ARN, ':*"\n'),
        ([text([Piece("x\n"), ARN, Piece("\n")])], "- |\n  x\n  ", ARN, "\n"),
        (text([Piece('"\t'), ACCOUNT]), '"\\"\\t', ACCOUNT, '"\n'),
        ({"a": {"b": NAME}}, '"a":\n  "b": "', NAME, '"\n'),
    ],
)
def test_yaml_is_written_with_symbolic_parts(
    given: object, before: str, part: Part, after: str
) -> None:
    """ARNs, names and ids need no quotes beside those around them, and are read back."""
    written = ask("yamlencode", given)
    assert written == text([Piece(before), part, Piece(after)])
    assert ask("yamldecode", written) == value(given)


@pytest.mark.parametrize(
    "given",
    [PREFIX, {"a": PREFIX}, [Reference("aws_x.y", "size")], {"a": "\ue0000\ue001", "b": ARN}],
)
def test_yaml_of_what_may_need_quotes_is_not_settled(given: object) -> None:
    """A variable may hold letters that are written otherwise, or lines."""
    assert opens("yamlencode", given)


def test_texts_are_sorted_by_what_code_says() -> None:
    """A text is before what it starts, and ARNs begin with `arn:`."""
    names = text([Piece("b/"), NAME])
    assert ask("sort", [STREAMS, ARN, "*", names]) == Sequence(
        (Known("*"), ARN, STREAMS, names), of="string"
    )
    assert opens("sort", [ARN, Reference("aws_iam_role.r", "arn")])
    assert opens("sort", [NAME, "a"])
    assert opens("sort", ["arn:aws:s3:::b", ARN])
