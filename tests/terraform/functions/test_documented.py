"""Functions of literal arguments give what Terraform gives, errors included."""

from __future__ import annotations

from decimal import Decimal

import pytest
from function_calls import PREFIX, ask, opens, refuses, said, value

from trailcheck.shape import Collection
from trailcheck.terraform.functions import convert
from trailcheck.value import Encoded, Known, Mapping, Null, Sequence

CALLS: dict[str, tuple[tuple[object, ...], object]] = {
    # text
    "title starts words after any sign": (("title", "audit trail-of_logs"), "Audit Trail-Of_logs"),
    "lower maps letter by letter": (("lower", "ÄΣ"), "äσ"),
    "upper leaves letters without a single capital": (("upper", "straße"), "STRAßE"),
    "marks belong to their letter": (("length", "e\u0301\u0301x"), 2),
    "a vowel of Thai belongs to its letter": (("length", "กำ"), 1),
    "a sign before its letter": (("length", "\u0600a"), 1),
    "a mark that stands for itself": (("length", "a\u102b"), 2),
    "a line break of two": (("length", "a\r\n"), 2),
    "cut before a line break of two": (("substr", "a\r\nb", 1, 1), "\r\n"),
    "a joined emoji is one character": (("length", "👩‍🚀!"), 2),
    "two flags are two characters": (("length", "🇩🇪🇫🇷"), 2),
    "text turns around by characters": (("strrev", "ae\u0301"), "éa"),
    "substr counts from the end": (("substr", "cloudtrail", -5, 2), "tr"),
    "substr to the end": (("substr", "cloudtrail", 5, -1), "trail"),
    "substr of marks": (("substr", "e\u0301x", 0, 1), "é"),
    "trim takes characters, not words": (("trim", "-.log.-", ".-"), "log"),
    "chomp takes all line breaks": (("chomp", "a\r\n\n"), "a"),
    "indent leaves the first line": (("indent", 2, "a\nb"), "a\n  b"),
    "replace without search text": (("replace", "ab", "", "-"), "-a-b-"),
    "replace by pattern and group": (("replace", "a1b2", "/([a-z])(\\d)/", "$2${1}"), "1a2b"),
    "a dollar doubled is a dollar": (("replace", "a", "/a/", "$$1"), "$1"),
    "a longer name is another group": (("replace", "ab", "/(a)/", "<$1x>"), "<>b"),
    "a lonely slash is no pattern": (("replace", "a/b", "/", "-"), "a-b"),
    "split of nothing is one empty text": (("split", ",", ""), [""]),
    "split by nothing": (("split", "", "abc"), ["a", "b", "c"]),
    "join writes numbers": (("join", ",", [1, True, "x"]), "1,true,x"),
    # patterns
    "alternatives in order": (("regexall", "a|ab", "abab"), ["a", "a"]),
    "groups that took no part": (("regex", "(a)(b)?", "a"), ["a", None]),
    "names of groups": (("regex", "(?P<n>\\d+)", "x12"), {"n": "12"}),
    "lazy": (("regex", "<.+?>", "<a><b>"), "<a>"),
    "empty matches": (("regexall", "x*", "axb"), ["", "x", ""]),
    "classes": (("regex", "[[:upper:]][^\\s-]+\\pL", "- Trail x"), "Trail"),
    "flags": (("regex", "(?i)TRA(?-i:il)", "xtrail"), "trail"),
    "lines": (("regexall", "(?m)^.", "ab\ncd"), ["a", "c"]),
    "the end is the very end": (("regexall", "b$", "b\n"), []),
    "bounds of words": (("regexall", "\\blog\\b", "log logs log"), ["log", "log"]),
    "counted": (("regex", "^\\d{12}$", "123456789012"), "123456789012"),
    "a brace that counts nothing": (("regex", "a{,2}", "a{,2}"), "a{,2}"),
    "quotation": (("regex", "\\Qa.b\\E", "a.b"), "a.b"),
    # format
    "as it is": (("format", "%v %v %v", "a", 1.5, Null("string")), "a 1.5 null"),
    "large numbers get an exponent": (("format", "%v|%s", 1_000_000, 1_000_000), "1e+06|1000000"),
    "structures become JSON": (("format", "%v", ["<", {"b": None}]), '["\\u003c",{"b":null}]'),
    "width and side": (("format", "[%5s|%-5s]", "ab", "ab"), "[   ab|ab   ]"),
    "signs and zeros": (("format", "%05d %+d % d", 42, 42, 42), "00042 +42  42"),
    "bases": (("format", "%b %o %x %X %#x", 5, 8, 255, 255, 255), "101 10 ff FF 0xff"),
    "fractions": (("format", "%.2f %e %g", Decimal("3.14159"), 1000, 100), "3.14 1.000000e+03 100"),
    "quoted": (("format", "%q", 'a"b'), '"a\\"b"'),
    "indexed": (("format", "%[2]s %[1]s", "a", "b"), "b a"),
    "a null in a list": (("formatlist", "%v", [None]), ["null"]),
    "lists in step": (("formatlist", "%s-%s", ["a", "b"], "x"), ["a-x", "b-x"]),
    # lists and maps
    "element wraps around": (("element", ["a", "b", "c"], -1), "c"),
    "distinct keeps the first": (("distinct", ["b", "a", "b"]), ["b", "a"]),
    "compact drops null and empty": (("compact", ["a", "", None]), ["a"]),
    "flatten at any depth": (("flatten", [["a", ["b"]], [], None]), ["a", "b", None]),
    "coalesce skips empty text": (("coalesce", None, "", "x"), "x"),
    "coalesce finds one type": (("coalesce", 1, "a"), "1"),
    "coalescelist": (("coalescelist", Null(Collection("list", "string")), [], ["x"]), ["x"]),
    "range downwards": (("range", 3, 0), [3, 2, 1]),
    "range by fractions": (("range", 0, 1, Decimal("0.5")), [0, Decimal("0.5")]),
    "chunks": (("chunklist", ["a", "b", "c"], 2), [["a", "b"], ["c"]]),
    "numbers are no texts": (("contains", ["1"], 1), False),
    "null is not true": (("alltrue", [True, None]), False),
    "later maps win": (("merge", {"a": 1, "b": 1}, None, {"b": 2}), {"a": 1, "b": 2}),
    "a null entry is an entry": (("lookup", {"a": None}, "a", "x"), None),
    "keys in order": (("keys", {"b": 1, "a": 2}), ["a", "b"]),
    "values in the order of keys": (("values", {"b": 1, "a": 2}), [2, 1]),
    "the last of equal keys": (("zipmap", ["a", "a"], [1, 2]), {"a": 2}),
    "transposed": (("transpose", {"x": ["a", "b"], "y": ["a"]}), {"a": ["x", "y"], "b": ["x"]}),
    "matching keys": (("matchkeys", ["i", "j"], [1, 2], ["2"]), ["j"]),
    "a set is sorted": (("toset", ["b", "a", "b", "10", "9"]), ["10", "9", "a", "b"]),
    "a set of numbers is sorted by size": (("toset", [10, 9]), [9, 10]),
    "one type in a list": (("tolist", ["a", 1, True]), ["a", "1", "true"]),
    "one type in lists of lists": (("tolist", [[1], ["a"]]), [["1"], ["a"]]),
    "sets by value after one type": (("setsubtract", ["1", "x"], [1]), ["x"]),
    "union": (("setunion", ["b"], ["a", "b"]), ["a", "b"]),
    "intersection": (("setintersection", ["a", "b"], ["b", "c"]), ["b"]),
    "product": (("setproduct", ["a", "b"], [1]), [["a", 1], ["b", 1]]),
    "sorted by code points": (("sort", ["b", "B", "a"]), ["B", "a", "b"]),
    # numbers
    "large numbers are exact": (("sum", [9007199254740993, 0]), 9007199254740993),
    "text is taken for a number": (("max", "12", 3), 12),
    "powers are in floating point": (("pow", 2, -2), Decimal("0.25")),
    "floor of a negative": (("floor", Decimal("-1.2")), -2),
    "logarithm": (("log", 16, 2), 4),
    "base sixty-two tells case apart": (("parseint", "Zz", 62), 61 * 62 + 35),
    "base sixteen does not": (("parseint", "Ff", 16), 255),
    "text of a number": (("tostring", Decimal("1.50")), "1.5"),
    "one and zero are booleans": (("tobool", "1"), True),
    # encodings
    "JSON escapes what HTML may not hold": (
        ("jsonencode", {"b": "<&>", "a": 1}),
        '{"a":1,"b":"\\u003c\\u0026\\u003e"}',
    ),
    "a space is a plus": (("urlencode", "a b/ü~"), "a+b%2F%C3%BC~"),
    "base64": (("base64encode", "ü"), "w7w="),
    "base64 of another encoding": (("textencodebase64", "a", "UTF-16LE"), "YQA="),
    "csv with quotes": (("csvdecode", 'a,b\n"x,""y""",\n'), [{"a": 'x,"y"', "b": ""}]),
    "md5": (("md5", "a"), "0cc175b9c0f1b6a831c399e269772661"),
    "sha256 in base64": (("base64sha256", ""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    "digest of a file": (("filemd5", "policy.json"), "bb6cb5c68df4652941caf652a366f2d8"),
    "uuid of a name": (("uuidv5", "dns", "tada"), "faa898db-9b9d-5b75-86a9-149e7bb8e3b8"),
    # YAML
    "words of YAML": (("yamldecode", "[yes, Off, ~, null, y]"), [True, False, None, None, True]),
    "numbers of YAML": (
        ("yamldecode", "[017, 0x1F, 0o17, 1e3, .5, 1_0]"),
        [17, 31, 15, 1000, Decimal("0.5"), "1_0"],
    ),
    "a bare date is a time": (
        ("yamldecode", "Version: 2012-10-17"),
        {"Version": "2012-10-17T00:00:00Z"},
    ),
    "a quoted date is text": (("yamldecode", "'2012-10-17'"), "2012-10-17"),
    "tags decide": (("yamldecode", "[!!str 5, !!int 5]"), ["5", 5]),
    "merged maps": (
        ("yamldecode", "a: &x {p: 1, q: 1}\nb: {<<: *x, q: 2}"),
        {"a": {"p": 1, "q": 1}, "b": {"p": 1, "q": 2}},
    ),
    "YAML text": (
        ("yamlencode", {"b": [1, {"c": []}], "a": "x\ny\n", "d": None}),
        '"a": |\n  x\n  y\n"b":\n- 1\n- "c": []\n"d": null\n',
    ),
    "a later entry of YAML wins, merged or not": (
        ("yamldecode", "a: 2\n<<: {a: 1}\nb: 3"),
        {"a": 1, "b": 3},
    ),
    "a merge key in quotes": (("yamldecode", "'<<': {a: 1}"), {"a": 1}),
    "an anchor that is set again": (("yamldecode", "[&x 1, &x 2, *x]"), [1, 2, 2]),
    "a block is read like a word, and made text": (
        ("yamldecode", "- |-\n  0x1F\n- |-\n  ~\n- |-\n  a"),
        ["31", None, "a"],
    ),
    "tags say how text is read": (
        ("yamldecode", "[!!int 1_000, !!str 1, !!null x, !!binary aGk=]"),
        [1000, "1", None, "aGk="],
    ),
    # addresses
    "a host from the end": (("cidrhost", "10.0.0.0/8", -2), "10.255.255.254"),
    "leading zeros are decimal": (("cidrhost", "010.001.0.0/24", 6), "10.1.0.6"),
    "mask": (("cidrnetmask", "172.16.0.0/12"), "255.240.0.0"),
    "subnet": (("cidrsubnet", "fd00::/16", 8, 2), "fd00:200::/24"),
    "subnets in a row": (
        ("cidrsubnets", "10.1.0.0/16", 4, 8, 4),
        ["10.1.0.0/20", "10.1.16.0/24", "10.1.32.0/20"],
    ),
    "contained": (("cidrcontains", "10.0.0.0/8", "10.1.0.0/16"), True),
    # time
    "fields of a date": (
        ("formatdate", "EEE D MMM YY 'at' H:mmaa Z", "2018-01-02T23:02:01-08:00"),
        "Tue 2 Jan 18 at 11:02pm -08:00",
    ),
    "time moved": (("timeadd", "2017-11-22T00:00:00Z", "-1.5h10m"), "2017-11-21T22:20:00Z"),
    "times compared": (("timecmp", "2017-11-22T01:00:00+01:00", "2017-11-22T00:00:00Z"), 0),
    "a comma and one digit, compared": (
        ("timecmp", "2020-02-03T4:05:06,5Z", "2020-02-03T04:05:06Z"),
        1,
    ),
    "nanoseconds compared": (
        ("timecmp", "2020-02-03T04:05:06.000000001Z", "2020-02-03T04:05:06Z"),
        1,
    ),
    "an offset of a whole day, compared": (
        ("timecmp", "2020-02-03T04:05:06+24:00", "2020-02-03T04:05:06Z"),
        -1,
    ),
    "quotes beside a field": (("formatdate", "YY''Z", "2017-11-22T00:00:00+02:00"), "17'+02:00"),
    # files and paths
    "a file": (("file", "policy.json"), '{"a":1}'),
    "a file in base64": (("filebase64", "binary"), "//4="),
    "a file that is there": (("fileexists", "binary"), True),
    "a file that is not": (("fileexists", "other"), False),
    "files of a folder": (("fileset", "policies", "*.json"), ["a.json", "b.json"]),
    "no folder": (("fileset", "none", "*"), []),
    "a template": (("templatefile", "policy.tpl", {"a": "x"}), "x"),
    "the folder of a path": (("dirname", "a/../b/c"), "b"),
    "the name in a path": (("basename", "a/b/"), "b"),
    "a pattern that counts nothing": (("regex", "a{,2}|{", "{"), "{"),
    "a return at the end of CSV": (("csvdecode", "a\n1\r"), [{"a": "1"}]),
    "the last of two groups of a name": (("regex", "(?P<a>x)(?P<a>y)", "xy"), {"a": "y"}),
    "the first of them that took part": (("replace", "y", "/(?P<a>x)|(?P<a>y)/", "<${a}>"), "<y>"),
    "two quotes that end a format": (("formatdate", "'a''", "2020-02-03T12:00:00Z"), "a'"),
    "breaks in CSV": (("csvdecode", 'a\n"x\r\ny"'), [{"a": "x\ny"}]),
    "spaces that do not break in YAML": (("yamlencode", "a\xa0"), '"a\xa0"\n'),
    "a mark at the start of YAML": (("yamlencode", "\ufeffé"), '"\\uFEFF\\xE9"\n'),
    "the logarithm of next to nothing": (
        ("log", Decimal("5e-324"), 2),
        Decimal("-1023.0000000000001"),
    ),
    "characters of 32 bits in YAML": (("yamlencode", "é👩"), '"é\\U0001F469"\n'),
    "a tagged point in time": (("yamldecode", "!!timestamp 2020-01-01"), "2020-01-01T00:00:00Z"),
    "an encoding by its alias": (("textencodebase64", "é", "latin1"), "6Q=="),
    "split by nothing is by code points": (("split", "", "🇩🇪"), ["🇩", "🇪"]),
    "zeros to the right": (("format", "%-05s|%-08.2f", "a", 12), "a0000|00012.00"),
    "zeros and a precision": (("format", "%08.3d|%-05d|%#b", 12, 7, 5), "     012|7    |0b101"),
    "no precision": (("format", "%.0s %.1q", "abc", "abc"), 'abc "a"'),
    "the sign of zero": (("format", "%v %g %d %.1f", *[Decimal("-0")] * 4), "-0 -0 0 -0.0"),
    "the sign of zero in JSON": (("jsonencode", Decimal("-0")), "-0"),
    "the sign of zero from JSON": (("tostring", Decimal("-0")), "-0"),
    "infinity": (("format", "%v %5.1f", *[Decimal("-Infinity")] * 2), "-Inf  -Inf"),
    "a power of two": (("tonumber", "1p4"), 16),
    "exact digits": (("format", "%.20f", Decimal("0.1")), "0." + "1" + "0" * 19),
    "bits of a power": (("format", "%.20f", 2**0.5), "1.41421356237309514547"),
    # types
    "sensitive changes nothing": (("nonsensitive", "x"), "x"),
    "namespaced": (("core::upper", "x"), "X"),
}

REFUSED: list[tuple[object, ...]] = [
    ("no_such_function",),
    ("lower",),
    ("lower", "a", "b"),
    ("lower", None),
    ("lower", ["a"]),
    ("join", ",", ["a", None]),
    ("join", ",", "a"),
    ("element", [], 0),
    ("element", ["a"], 2**63),
    ("slice", ["a"], 0, 2),
    ("one", ["a", "b"]),
    ("index", ["a"], "b"),
    ("contains", ["a"], None),
    ("lookup", {"a": 1}, "b"),
    ("lookup", None, "a", "x"),
    ("merge", {}, ["a"]),
    ("coalesce", None, ""),
    ("coalescelist", [], []),
    ("coalescelist", [1], "true"),
    ("coalescelist", None, [1]),
    ("range", 0, 1, 0),
    ("range", 1, 2, -1),
    ("range", 2000),
    ("chunklist", [], -1),
    ("zipmap", ["a"], []),
    ("sum", []),
    ("sum", ["a"]),
    ("max", "x"),
    ("signum", Decimal("1.5")),
    ("pow", -2, Decimal("0.5")),
    ("parseint", "12", 1),
    ("parseint", "19", 8),
    ("tonumber", "0x10"),
    ("tonumber", " 1"),
    ("tobool", "yes"),
    ("tobool", 1),
    ("tolist", [1, True]),
    ("tomap", {"a": [1], "b": "x"}),
    ("toset", {"a": 1}),
    ("tostring", []),
    ("format", "%d", Decimal("1.5")),
    ("format", "%d", True),
    ("format", "%z", 1),
    ("format", "%"),
    ("format", "%s"),
    ("format", "x", 1),
    ("format", "%s", Null("string")),
    ("formatlist", "%s-%s", ["a", "b"], ["c"]),
    ("regex", "x", "a"),
    ("regex", "(a", "a"),
    ("regex", "(?=a)", "a"),
    ("regex", "(a)\\1", "aa"),
    ("regex", "a**", "a"),
    ("regex", "[b-a]", "a"),
    ("jsondecode", "{"),
    ("yamldecode", "a: !Ref x"),
    ("yamldecode", "&a [*a]"),
    ("yamldecode", "{[a]: b}"),
    ("yamldecode", "%YAML 1.2\n---\na"),
    ("yamldecode", "! a"),
    ("yamldecode", "!!bool a"),
    ("yamldecode", "!!binary aGk"),
    ("yamldecode", "&x a: *x"),
    ("yamldecode", "<<: 1"),
    ("sort", [None]),
    ("substr", "a", 0, 2**63),
    ("yamldecode", "---\na\n---\nb"),
    ("yamldecode", ""),
    ("base64decode", "dfg"),
    ("base64decode", "//4="),
    ("textencodebase64", "a", "none"),
    ("csvdecode", ""),
    ("csvdecode", "a,a\n1,2"),
    ("csvdecode", "a\n1,2"),
    ("csvdecode", 'a"b"'),
    ("cidrhost", "10.0.0.0/30", 4),
    ("cidrhost", "10.0.0.0", 1),
    ("cidrnetmask", "fe80::/10"),
    ("cidrsubnet", "10.0.0.0/30", 4, 0),
    ("cidrsubnets", "10.0.0.0/8", 1, 1, 1),
    ("cidrsubnets", "::/0", 2, 5),
    ("cidrsubnets", "0.0.0.0/8", 1),
    ("timeadd", "2017-11-22", "1h"),
    ("timeadd", "2020-02-03T04:05:06+24:00", "1h"),
    ("timeadd", "2020-02-03T4:05:06Z", "1h"),
    ("timecmp", "2020-02-03T04:05:06+25:00", "2020-02-03T04:05:06Z"),
    ("cidrsubnets", "fd00::/64", 33),
    ("regex", "{1,3}x", "x"),
    ("textencodebase64", "a", "UTF-7"),
    ("textencodebase64", "a", "cp1252"),
    ("format", "%5%"),
    ("format", "%x", Decimal("Infinity")),
    ("yamldecode", ".nan"),
    ("jsonencode", [Decimal("Infinity")]),
    ("log", 10**400, 10),
    ("log", -1, 10),
    ("tobool", Null("number")),
    ("tomap", Null("string")),
    ("toset", Null("string")),
    ("timeadd", "2017-11-22T00:00:00Z", "1d"),
    ("formatdate", "QQ", "2017-11-22T00:00:00Z"),
    ("formatdate", "'x", "2017-11-22T00:00:00Z"),
    ("uuidv5", "x", "y"),
    ("file", "other"),
    ("file", "binary"),
    ("templatefile", "other", {}),
    ("type", 1),
    ("list", 1),
]

OPEN: list[tuple[object, ...]] = [
    ("timestamp",),
    ("plantimestamp",),
    ("uuid",),
    ("bcrypt", "x"),
    ("base64gzip", "abcdabcd"),
    ("abspath", "../x"),
    ("pathexpand", "~/x"),
    ("yamldecode", "<<: [{a: 1}]"),
    ("yamlencode", {"a\u2028": 1}),
    ("formatdate", "YYYY", "0000-01-01T00:00:00Z"),
    ("file", "/etc/passwd"),
    ("provider::other::f", "x"),
]


@pytest.mark.parametrize("fact", CALLS)
def test_a_call_gives_what_terraform_gives(fact: str) -> None:
    """The fact is the name of the case."""
    arguments, expected = CALLS[fact]
    result = said(*arguments)
    assert result == expected
    assert isinstance(result, type(expected))
    assert isinstance(result, bool) == isinstance(expected, bool)


@pytest.mark.parametrize("arguments", REFUSED, ids=repr)
def test_terraform_refuses(arguments: tuple[object, ...]) -> None:
    """A call that Terraform refuses is marked as refused, and says why."""
    assert refuses(*arguments)


@pytest.mark.parametrize("arguments", OPEN, ids=repr)
def test_no_code_tells(arguments: tuple[object, ...]) -> None:
    """What turns on chance, time, secrets or the machine of the run stays open."""
    assert opens(*arguments)


def test_json_text_keeps_its_structure() -> None:
    """`jsonencode` and `jsondecode` are inverse, whatever is unknown inside."""
    policy = value({"Statement": [{"Resource": PREFIX}]})
    encoded = ask("jsonencode", policy)
    assert encoded == Encoded(policy)
    assert ask("jsondecode", encoded) == policy
    assert ask("yamldecode", encoded) == policy
    assert opens("jsonencode", PREFIX)


def test_conversions_of_values() -> None:
    """The conversions serve operators too: null stays null, unknowns stay themselves."""
    assert convert.to_text(Known(None)) == Known(None)
    assert convert.to_text(value(10**30)) == Known(str(10**30))
    assert convert.to_number(value("1.0")) == Known(1)
    assert convert.to_number(PREFIX) is PREFIX
    assert convert.to_bool(value("false")) == Known(data=False)
    assert convert.to_set(value(["b", "a", "b"])).is_set
    assert convert.to_map(value({"a": 1, "b": "x"})) == value({"a": "1", "b": "x"})
    assert convert.rendered(Encoded(value({"a": [1, None]}))) == Known('{"a":[1,null]}')


def test_plain_data_and_back() -> None:
    """Known values have a plain form; others have none."""
    data = {"a": [1, True, None, "x", Decimal("0.5")]}
    assert convert.plain(convert.from_plain(data)) == data
    assert convert.plain(value([PREFIX])) is None
    assert not convert.is_known(value({"a": [PREFIX]}))
    with pytest.raises(TypeError):
        convert.from_plain(object())


def test_canonical_text_tells_values_apart() -> None:
    """Text that looks like a reference is not the reference."""
    texts = [convert.canonical(value(v)) for v in ("${x}", "x", 1, "1", True, None, [], {}, PREFIX)]
    assert len(set(texts)) == len(texts)
    assert convert.canonical(Mapping({"b": Known(1), "a": PREFIX})) == '{"a" = var.prefix, "b" = 1}'
    assert convert.canonical(Sequence([], is_set=True)) == "toset([])"


@pytest.mark.parametrize("name", ["format", "formatlist"])
def test_a_null_without_a_type_is_not_formatted(name: str) -> None:
    """Terraform's result is unknown then, whatever the format is."""
    assert opens(name, "%v", None)
    assert opens(name, "%s %s", "a", None)
