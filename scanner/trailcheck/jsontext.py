"""JSON with the place of every node, strict as RFC 8259.

`parse` reads a whole document into light nodes that carry offsets in code points.

Escapes of half a surrogate pair become U+FFFD, as Go's decoder has it: text must stay encodable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from trailcheck.condition import Scalar

MOST_LEVELS = 200
"""Deeper nesting is an error: no document for people comes near it."""

_LONGEST_NUMBER = 400
"""Longer numbers are kept as text: they are attacks, not quantities."""

_LONGEST_WORD = 20
HOLE = "\x01"
"""Stands for a symbolic part while scanning; JSON forbids it in raw form everywhere."""

_STRING_BODY = r'[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+'
_GAPPED_BODY = _STRING_BODY.replace(r"\x00-\x1f", r"\x00\x02-\x1f")
_START = r"""[ \t\n\r]*+(?:
    "(%s)"
  | (-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)(?![0-9A-Za-z.+-])
  | (true|false|null)(?![0-9A-Za-z])
  | ([{\[])
  | (%s)
)"""
_MEMBER = r'[ \t\n\r]*+"(%s)"[ \t\n\r]*+:'
_STRING, _NUMBER, _WORD, _OPEN = 1, 2, 3, 4
_CLOSE = re.compile(r"[ \t\n\r]*+([\]}])")
_NEXT = re.compile(r"[ \t\n\r]*+([,\]}])")
_SPACE = re.compile(r"[ \t\n\r]*+")
_ESCAPE = re.compile(r'\\(?:u([dD][89abAB]..)\\u([dD][c-fC-F]..)|u(....)|(["\\/bfnrt]))')
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class _Grammar:
    """The patterns of one kind of document, compiled when the first one is read."""

    __slots__ = ("body", "hole", "patterns")

    def __init__(self, body: str, hole: str) -> None:
        self.body = body
        self.hole = hole
        self.patterns: tuple[re.Pattern[str], re.Pattern[str]] | None = None

    def compiled(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """Return the pattern of the start of a value, and that of a key with its colon."""
        if self.patterns is None:
            start = re.compile(_START % (self.body, self.hole), re.VERBOSE)
            self.patterns = start, re.compile(_MEMBER % self.body)
        return self.patterns


_STRICT = _Grammar(_STRING_BODY, "(?!)")
_GAPPED = _Grammar(_GAPPED_BODY, HOLE)


class JsonError(ValueError):
    """Text that is not JSON: what is wrong, in plain words, and the offset where it shows."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class JsonObject:
    """An object. Members keep their order and repetitions: the caller judges duplicate keys."""

    __slots__ = ("end", "members", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self.members: list[tuple[JsonString, JsonNode]] = []


class JsonArray:
    """An array."""

    __slots__ = ("end", "items", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self.items: list[JsonNode] = []


class JsonString:
    """A string. Without escapes, `text` stands one character after `start`, at the open quote."""

    __slots__ = ("end", "start", "text")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end

    @property
    def escaped(self) -> bool:
        """Tell whether the text differs from what is written between the quotes."""
        return self.end - self.start - 2 != len(self.text)


class JsonNumber:
    """A number, as written."""

    __slots__ = ("end", "raw", "start")

    def __init__(self, raw: str, start: int, end: int) -> None:
        self.raw = raw
        self.start = start
        self.end = end

    @property
    def scalar(self) -> Scalar:
        """An `int` if written without fraction and exponent, else a `Decimal`, as is `-0`.

        What is too long to be a quantity stays text.
        """
        if len(self.raw) > _LONGEST_NUMBER:
            return self.raw
        if self.raw.lstrip("-").isdigit() and self.raw != "-0":
            return int(self.raw)
        from decimal import Decimal, InvalidOperation  # noqa: PLC0415 - rare, and slow to import

        try:
            return Decimal(self.raw)
        except InvalidOperation:
            return self.raw


class JsonLiteral:
    """One of `true`, `false` and `null`."""

    __slots__ = ("data", "end", "start")

    def __init__(self, data: bool | None, start: int, end: int) -> None:  # noqa: FBT001 - it is data
        self.data = data
        self.start = start
        self.end = end


class JsonHole:
    """A symbolic part where a value is expected; only in documents made of parts."""

    __slots__ = ("end", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start + 1


JsonNode: TypeAlias = "JsonObject | JsonArray | JsonString | JsonNumber | JsonLiteral | JsonHole"


def parse(document: str, *, gapped: bool = False) -> JsonNode:
    """Read one JSON document. Raises JsonError with the first thing that is wrong.

    In a gapped document HOLE stands where a value is expected, or inside a string.
    """
    return _Scanner(document, _GAPPED if gapped else _STRICT).document()


def unescape(raw: str) -> str:
    """Return what the escapes in `raw`, taken from between the quotes of a string, stand for."""
    return _ESCAPE.sub(_unescaped, raw) if "\\" in raw else raw


def _unescaped(match: re.Match[str]) -> str:
    high, low, single, short = match.groups()
    if high is not None:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if single is not None:
        code = int(single, 16)
        return "�" if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004 - surrogates
    return _SHORT.get(short, short)


class _Scanner:
    """Reads one document without recursion, so that depth is bounded by us and not by Python."""

    __slots__ = ("body", "member", "start", "text")

    def __init__(self, document: str, grammar: _Grammar) -> None:
        self.text = document
        self.body = grammar.body
        self.start, self.member = grammar.compiled()

    def document(self) -> JsonNode:  # noqa: PLR0915 - one loop, for speed
        """Read the only value, and nothing after it."""
        document, start_of, member_of = self.text, self.start.match, self.member.match
        open_nodes: list[JsonObject | JsonArray] = []
        parent: JsonObject | JsonArray | None = None
        node: JsonNode
        key: JsonString | None = None
        at = 0
        while True:
            if type(parent) is JsonObject:
                match = member_of(document, at)
                if match is None:
                    raise self._wrong_key(at)
                begin, end = match.span(1)
                key = JsonString(unescape(match[1]), begin - 1, end + 1)
                at = match.end()
            match = start_of(document, at)
            if match is None:
                raise self._wrong("a value", at)
            kind = match.lastindex or 0
            at = match.end()
            if kind == _STRING:
                node = JsonString(unescape(match[1]), match.start(1) - 1, at)
            elif kind == _NUMBER:
                node = JsonNumber(match[2], match.start(2), at)
            elif kind == _WORD:
                node = JsonLiteral(_WORDS[match[3]], match.start(3), at)
            elif kind == _OPEN:
                node = JsonObject(at - 1) if match[4] == "{" else JsonArray(at - 1)
            else:
                node = JsonHole(at - 1)
            if type(parent) is JsonObject:
                assert key is not None
                parent.members.append((key, node))
            elif parent is not None:
                assert type(parent) is JsonArray
                parent.items.append(node)
            if kind == _OPEN:
                assert isinstance(node, JsonObject | JsonArray)
                open_nodes.append(node)
                if len(open_nodes) > MOST_LEVELS:
                    message = f"nested deeper than {MOST_LEVELS} levels"
                    raise JsonError(message, node.start)
                parent = node
                match = _CLOSE.match(document, at)
                if match is None:
                    continue
                if match[1] != ("}" if type(node) is JsonObject else "]"):
                    raise self._wrong(
                        "a value" if match[1] == "}" else "a key in double quotes", at
                    )
            while parent is not None:
                match = _NEXT.match(document, at)
                mark = match[1] if match is not None else ""
                is_object = type(parent) is JsonObject
                if match is None or mark not in {",", "}" if is_object else "]"}:
                    raise self._wrong(
                        "',' or '}' after a member" if is_object else "',' or ']' after an item", at
                    )
                at = match.end()
                if mark == ",":
                    break
                node = open_nodes.pop()
                node.end = at
                parent = open_nodes[-1] if open_nodes else None
            if parent is None:
                rest = _SPACE.match(document, at)
                if rest is not None and rest.end() < len(document):
                    raise self._wrong("the end of the document", at)
                return node

    def _wrong_key(self, at: int) -> JsonError:
        """Say whether a key or the colon after it is missing."""
        key = re.compile(self.member.pattern[:-1]).match(self.text, at)
        return self._wrong(
            "a key in double quotes" if key is None else "':' after a key",
            at if key is None else key.end(),
        )

    def _wrong(self, wanted: str, at: int) -> JsonError:
        """Say what was expected and what stands there instead."""
        space = _SPACE.match(self.text, at)
        at = space.end() if space is not None else at
        found = self.text[at : at + 1]
        if found == '"':
            broken = self._broken_string(at)
            return JsonError(broken or f"expected {wanted}, found a string", at)
        if not found:
            return JsonError(f"expected {wanted}, found the end of the text", at)
        if found == HOLE:
            return JsonError(f"expected {wanted}, found a symbolic part", at)
        word = re.compile(r"[\w.+-]+|.", re.DOTALL).match(self.text, at)
        shown = repr(word[0][:_LONGEST_WORD] if word is not None else found)
        return JsonError(f"expected {wanted}, found {shown}{self._hint(found, wanted, at)}", at)

    def _hint(self, found: str, wanted: str, at: int) -> str:
        """Say what may have been meant by what JSON does not have."""
        if found in "/#":
            return ": JSON has no comments"
        if found in "'\u2018\u2019\u201c\u201d`":
            return ': JSON has no quotes but "'
        before = self.text[:at].rstrip(" \t\n\r")
        if found in "}]" and before.endswith(","):
            return ": the comma before it is one too many"
        if wanted == "a value" and (found.isalpha() or found == "_"):
            return ": JSON has no words but true, false and null"
        if wanted == "a value" and (found.isdigit() or found in "+-."):
            return ": JSON has numbers like -0.5 and 1e3 only"
        return ""

    def _broken_string(self, at: int) -> str:
        """Say why the string whose quote stands at `at` cannot be read; empty if it can."""
        good = re.compile(self.body).match(self.text, at + 1)
        stop = self.text[good.end() : good.end() + 1] if good is not None else ""
        if stop == '"':
            return ""
        if not stop:
            return "this string has no closing quote"
        if stop == "\\":
            return "this string holds an escape that JSON does not have"
        return "this string holds a raw control character or line break"
