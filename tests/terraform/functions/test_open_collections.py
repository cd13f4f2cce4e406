"""Collections with unknown items: what does not turn on them is settled."""

from __future__ import annotations

from unicodedata import normalize

from function_calls import (
    ACCOUNT,
    ARN,
    BUILT,
    NAME,
    PREFIX,
    REGION,
    ask,
    either,
    opens,
    refuses,
    value,
)
from hypothesis import given
from hypothesis import strategies as st

from trailcheck.source import Source
from trailcheck.terraform.functions.equality import same
from trailcheck.value import Handle, Known, Mapping, Piece, Reference, Sequence, Unknown, text

GROUP = Handle("aws_cloudwatch_log_group.audit")


def test_positions_and_lengths_are_exact() -> None:
    """An unknown item has its place."""
    listed = [PREFIX, ARN, GROUP]
    assert ask("length", listed) == Known(3)
    assert ask("element", listed, 4) is ARN
    assert ask("reverse", listed) == Sequence([GROUP, ARN, PREFIX])
    assert ask("concat", listed, ["x"]) == Sequence([*listed, Known("x")])
    assert ask("one", [GROUP]) is GROUP


def test_membership_is_settled_by_what_is_found() -> None:
    """An equal item settles it; else every item must be known to differ."""
    assert ask("contains", [PREFIX, ARN], ARN) == Known(data=True)
    assert opens("contains", [PREFIX], "x")
    assert ask("contains", [BUILT, NAME], "x:y") == Known(data=False)
    assert ask("contains", [ARN], "log-group") == Known(data=False)
    assert ask("index", ["x:", NAME], NAME) == Known(1)
    assert opens("index", ["x", NAME], NAME)


def test_open_items_of_sets_may_be_equal() -> None:
    """A set of two unknown items has one or two."""
    both = ask("toset", [NAME, PREFIX, NAME])
    assert isinstance(both, Sequence)
    assert len(both.items) == 2
    assert opens("length", both)
    assert refuses("element", both, 0)
    assert opens("distinct", [NAME, PREFIX])
    for said, least in ((both, 1), (ARN, 1), (PREFIX, None), (Reference("aws_x.a", "ids"), None)):
        length = ask("length", said)
        assert isinstance(length, Unknown)
        assert length.least == least
    assert ask("distinct", [NAME, "a:b", NAME]) == Sequence([NAME, Known("a:b")])
    assert ask("length", ask("toset", [NAME])) == Known(1)


def test_no_two_resources_have_one_arn() -> None:
    """ARNs of two groups that one root declares differ; a data source may find either."""
    other = Reference("module.a.aws_cloudwatch_log_group.g[0]", "arn")
    streams = [text([arn, Piece(":*")]) for arn in (ARN, other, ARN)]
    assert ask("distinct", streams) == Sequence(streams[:2])
    assert ask("contains", [ARN], other) == Known(data=False)
    for open_ in (
        Reference("data.aws_cloudwatch_log_group.g", "arn"),
        Reference("network//aws_cloudwatch_log_group.audit", "arn"),
        Reference("aws_cloudwatch_log_group.g", "name"),
    ):
        assert opens("distinct", [ARN, open_])
    assert opens("distinct", [text([ARN, Piece(":"), PREFIX]), text([other, Piece(":a")])])


def test_json_is_no_empty_text() -> None:
    """`compact` keeps a policy document, whatever is in it."""
    policy = ask("jsonencode", {"Resource": ARN})
    assert ask("compact", [policy, "", "{}"]) == Sequence([policy, Known("{}")])


def test_unknown_items_may_be_lists() -> None:
    """`flatten` can not tell what an unknown item brings; a name or ARN is no list."""
    assert opens("flatten", [["a"], PREFIX])
    assert ask("flatten", [["a"], [ARN]]) == Sequence([Known("a"), ARN])
    assert opens("flatten", [Reference("aws_subnet.a", "ids")])


def test_decisive_items_settle_conditions() -> None:
    """One false item makes `alltrue` false, one true item makes `anytrue` true."""
    assert ask("alltrue", [PREFIX, False]) == Known(data=False)
    assert ask("anytrue", [PREFIX, True]) == Known(data=True)
    assert opens("alltrue", [PREFIX, True])


def test_coalesce_stops_at_what_may_be_null() -> None:
    """References and built texts are there; a variable may be null or empty."""
    assert ask("coalesce", None, NAME, "x") is NAME
    assert ask("coalesce", "", BUILT) == BUILT
    assert opens("coalesce", PREFIX, "x")
    assert ask("coalesce", "x", PREFIX) == Known("x")
    assert ask("coalesce", either("var.a", NAME, None), "x") == either("var.a", NAME, "x")
    assert opens("compact", ["x", PREFIX])
    assert ask("compact", ["x", "", NAME]) == Sequence([Known("x"), NAME])


def test_entries_keep_their_keys_and_places() -> None:
    """A map with unknown values has known keys; merged entries keep where they are written."""
    source = Source("main.tf", b"a = 1\nb = 2\n")
    first = Mapping({"a": PREFIX}, key_spans={"a": source.span(0, 1)})
    second = Mapping({"a": ARN, "b": Known(1)}, key_spans={"b": source.span(6, 7)})
    merged = ask("merge", first, second)
    assert isinstance(merged, Mapping)
    assert merged.items["a"] is ARN
    assert merged.key_spans == {"b": source.span(6, 7)}
    assert ask("keys", merged) == value(["a", "b"])
    assert ask("lookup", first, "a", "x") is PREFIX
    assert ask("lookup", first, "b", ARN) is ARN
    assert ask("lookup", first, PREFIX, "x") == either('var.prefix == "a"', PREFIX, "x")
    assert opens("merge", first, PREFIX)


def test_unknowns_say_why() -> None:
    """A derived unknown carries the reason and the needs of the first unknown argument."""
    derived = ask("lower", PREFIX)
    assert isinstance(derived, Unknown)
    assert derived.name == "lower(var.prefix)"
    assert (derived.reason, derived.needs) == (PREFIX.reason, PREFIX.needs)
    assert "known only after deployment" in ask("md5", NAME).reason
    assert "account" in ask("md5", ACCOUNT).reason
    assert ask("md5", [PREFIX]).refused


def test_equality_with_unknown_sides() -> None:
    """Equality is settled where the two can not be the same, or are the same unknown."""
    assert same(PREFIX, Unknown("var.prefix", "elsewhere")) is True
    assert same(PREFIX, Known("x")) is None
    assert same(NAME, Known(None)) is False
    assert same(ACCOUNT, Known("111122223333")) is None
    assert same(ACCOUNT, Known("us-east-1")) is False
    assert same(ACCOUNT, REGION) is False
    assert same(BUILT, Known("arn:aws:logs:x:1:log-group:y:*")) is None
    assert same(BUILT, Known("arn:aws:logs:x:1:log-group:y")) is False
    assert same(value([PREFIX, 1]), value([PREFIX, 2])) is False
    assert same(value({"a": PREFIX}), value({"b": PREFIX})) is False
    assert same(GROUP, Known(None)) is False


names = st.text(alphabet="ab", min_size=1, max_size=3)
maps = st.dictionaries(names, st.one_of(st.integers(), names), max_size=4)


@given(maps, maps, maps)
def test_merge_is_associative(one: dict, two: dict, three: dict) -> None:
    """Merging step by step is merging at once."""
    at_once = ask("merge", one, two, three)
    assert ask("merge", ask("merge", one, two), three) == at_once
    assert ask("merge", one, ask("merge", two, three)) == at_once


plain = st.characters(max_codepoint=0x2FF)  # below the marks that normalization joins


@given(plain, st.lists(st.text(plain, max_size=4), min_size=1, max_size=5))
def test_split_undoes_join(separator: str, texts: list[str]) -> None:
    """Texts without the separator come back from a split of their join."""
    texts = [t.replace(separator, "") for t in texts]
    assert ask("split", separator, ask("join", separator, texts)) == value(texts)


@given(st.text(max_size=20))
def test_encodings_are_undone(given_text: str) -> None:
    """What is encoded decodes to the same text, in the normal form that all text has."""
    if any("\ud800" <= letter <= "\udfff" for letter in given_text):
        return
    given_text = normalize("NFC", given_text)
    for encode, decode in (("base64encode", "base64decode"), ("urlencode", "urldecode")):
        assert ask(decode, ask(encode, given_text)) == Known(given_text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='ab<"\\\n\t é:#-', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_yaml_text_is_read_back(data: object) -> None:
    """What `yamlencode` writes, `yamldecode` reads as the same value."""
    written = ask("yamlencode", data)
    assert ask("yamldecode", written) == value(data)


@given(json_values)
def test_json_text_is_read_back(data: object) -> None:
    """The text of structured JSON says the structure."""
    written = ask("format", "%s", ask("jsonencode", data))
    assert ask("jsondecode", written) == value(data)


@given(st.lists(st.integers(0, 3).map(str), max_size=6), st.lists(st.integers(0, 3).map(str)))
def test_sets_follow_their_laws(one: list[str], two: list[str]) -> None:
    """A union is what is common and what is not."""
    common = ask("setintersection", one, two)
    apart = ask("setunion", ask("setsubtract", one, two), ask("setsubtract", two, one))
    assert ask("setunion", common, apart) == ask("setunion", one, two)
    assert ask("setunion", ask("setsubtract", one, two), common) == ask("toset", one)
