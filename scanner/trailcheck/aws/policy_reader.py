"""IAM policy documents, read from values into statements.

A document may be an object, its JSON text, or text with symbolic parts. What IAM refuses makes the
whole document `refused`: such a policy is never created, and grants nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from trailcheck.aws import grammar
from trailcheck.aws.arn import Opaque, literal, tokens_of
from trailcheck.aws.policy import (
    Document,
    Element,
    Gap,
    Principal,
    Statement,
    Test,
    gap_of,
)
from trailcheck.aws.policy_variables import with_variables
from trailcheck.jsonholes import decode_parts
from trailcheck.jsontext import JsonError
from trailcheck.value import (
    Encoded,
    Handle,
    Known,
    Mapping,
    Piece,
    Reference,
    Sequence,
    Symbol,
    Text,
    Unknown,
    parts_of,
)

if TYPE_CHECKING:
    from trailcheck.aws.policy import Item, Settle
    from trailcheck.source import Span
    from trailcheck.value import Value
    from trailcheck.world import Settled


class _Refused(Exception):  # noqa: N818 - the document's fault, and no error of this program
    def __init__(self, reason: str, span: Span | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span


class _Doubtful(Exception):  # noqa: N818 - what IAM makes of it is not documented
    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.reason)
        self.gap = gap


_CURRENT, _OLD = "2012-10-17", "2008-10-17"
"""The versions of the policy language; a document that states none is of the old one."""
_STATEMENT_KEYS = {
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}
_PRINCIPAL_KEYS = {"AWS", "Service", "Federated", "CanonicalUser"}
_DOCUMENT_KEYS = {"Version", "Id", "Statement"}


def read(value: Value, settle: Settle, *, trust: bool = False) -> Document:
    """Read a policy document; `trust` tells a role's trust policy from an identity policy."""
    return _Reader(settle, trust=trust).document(value)


class _Reader:
    """Reads one document. Every value goes through `settle`, so that conditions can fork."""

    def __init__(self, settle: Settle, *, trust: bool) -> None:
        self._settle = settle
        self._trust = trust
        self._variables = False
        """Whether the document's version has policy variables: 2008-10-17 does not."""

    def document(self, value: Value) -> Document:
        place: Span | None = None
        try:
            settled = self._structure(value)
            place = settled.span
            if isinstance(settled, Gap):
                return Document(gaps=(settled,), span=place)
            if not isinstance(settled, Mapping):
                raise _Refused("the policy is not an object", place)  # noqa: TRY301
            return self._read(settled)
        except _Refused as refused:
            return Document(refused=refused.reason, span=refused.span or place)
        except _Doubtful as doubtful:
            return Document(gaps=(doubtful.gap,), span=doubtful.gap.span or place)

    def _structure(self, value: Value) -> Mapping | Sequence | Known | Gap:
        """Return what a document or a part of it is, its JSON text decoded."""
        settled = self._settle(value)
        match settled:
            case Encoded():
                return self._structure(settled.value)
            case Mapping() | Sequence():
                return settled
            case Unknown() | Reference() | Symbol() | Handle():
                return gap_of(settled)
            case Known(data=str()) | Text():
                parts = parts_of(settled)
                assert parts is not None
                if isinstance(settled, Text) and not _begins_as_json(settled):
                    return self._not_text(settled)
                try:
                    return self._structure(decode_parts(parts, settled.span))
                except JsonError as error:
                    if isinstance(settled, Text):
                        return _text_gap(settled, error.message)
                    reason = f"the policy is not JSON: {error.message}"
                    raise _Refused(reason, settled.span) from None
            case Known():
                return settled
            case _:
                assert_never(settled)

    def _not_text(self, value: Text) -> Gap:
        for part in value.parts:
            if isinstance(part, Unknown):
                return gap_of(part)
        return _text_gap(value, "is not plain JSON")

    def _read(self, document: Mapping) -> Document:
        self._known_keys(document, _DOCUMENT_KEYS, "a policy")
        version = self._settle(document.items.get("Version", Known(_OLD)))
        if isinstance(version, Known) and version.data not in (_CURRENT, _OLD):
            raise _Refused(f"{version.data!r} is no policy version; {_CURRENT} is", version.span)
        self._variables = not (isinstance(version, Known) and version.data == _OLD)
        if "Statement" not in document.items:
            raise _Refused("the policy has no Statement", document.span)
        stated = self._structure(document.items["Statement"])
        if isinstance(stated, Gap):
            return Document(gaps=(stated,), span=document.span)
        items = stated.items if isinstance(stated, Sequence) else (stated,)
        statements: list[Statement] = []
        gaps: list[Gap] = []
        sids: set[str] = set()
        for item in items:
            each = self._structure(item)
            if isinstance(each, Gap):
                gaps.append(each)
            elif isinstance(each, Mapping):
                statements.append(self._statement(each))
                self._named(each, sids)
            else:
                raise _Refused("a Statement is not an object", each.span or stated.span)
        return Document(tuple(statements), tuple(gaps), span=document.span)

    def _known_keys(self, mapping: Mapping, known: set[str], what: str) -> None:
        for key in mapping.items:
            if key not in known:
                span = mapping.key_spans.get(key) or mapping.items[key].span
                if right := next((k for k in sorted(known) if k.lower() == key.lower()), None):
                    reason = f"IAM may refuse the element {key!r}; write {right}"
                    raise _Doubtful(Gap(reason, (), span))
                raise _Refused(f"{what} has no element {key!r}", span)

    def _statement(self, body: Mapping) -> Statement:
        self._known_keys(body, _STATEMENT_KEYS, "a statement")
        self._need_one(body, "Action", "NotAction")
        if self._trust:
            for key in ("Resource", "NotResource"):
                if key in body.items:
                    raise _Refused(f"a trust policy must not have {key}", body.key_spans.get(key))
            self._need_one(body, "Principal", "NotPrincipal")
        else:
            for key in ("Principal", "NotPrincipal"):
                if key in body.items:
                    raise _Refused(
                        f"a role's own policy must not have {key}", body.key_spans.get(key)
                    )
            self._need_one(body, "Resource", "NotResource")
        return Statement(
            self._effect(body),
            self._items(body, "Action"),
            self._items(body, "NotAction"),
            self._items(body, "Resource"),
            self._items(body, "NotResource"),
            self._principals(body, "Principal"),
            self._principals(body, "NotPrincipal"),
            self._tests(body),
            body.span,
        )

    def _named(self, body: Mapping, earlier: set[str]) -> None:
        """Look at the name of a statement, and add it to those before it."""
        stated = self._settle(body.items.get("Sid", Known("")))
        if isinstance(stated, Known) and isinstance(stated.data, str):
            _refuse(grammar.sid(stated.data, earlier), stated.span)
            earlier.add(stated.data)

    def _need_one(self, body: Mapping, one: str, other: str) -> None:
        if one in body.items and other in body.items:
            raise _Refused(f"a statement has both {one} and {other}", body.key_spans.get(other))
        if one not in body.items and other not in body.items:
            raise _Refused(f"a statement has no {one}", body.span)

    def _effect(self, body: Mapping) -> str | Gap:
        if "Effect" not in body.items:
            raise _Refused("a statement has no Effect", body.span)
        effect = self._settle(body.items["Effect"])
        match effect:
            case Known(data="Allow" | "Deny"):
                return str(effect.data)
            case Known():
                advice = "Effect is Allow or Deny, in this case"
                raise _Refused(f"{effect.data!r} is no Effect; {advice}", effect.span)
            case Unknown() | Reference() | Symbol() | Handle():
                return gap_of(effect)
            case Text():
                return self._not_text(effect)
            case Sequence() | Mapping() | Encoded():
                raise _Refused("Effect is not text", effect.span)
            case _:
                assert_never(effect)

    def _items(self, body: Mapping, key: str) -> tuple[Item, ...] | None:
        if key not in body.items:
            return None
        items = self._list(body.items[key], key)
        check = grammar.action if key.endswith("Action") else grammar.resource
        for item in items:
            if isinstance(item, Element) and (text := literal(item.tokens)) is not None:
                _refuse(check(text), item.span)
        return items

    def _list(self, value: Value, what: str) -> tuple[Item, ...]:
        """Read one string or a list of them."""
        settled = self._settle(value)
        if isinstance(settled, Sequence):
            return tuple(self._item(self._settle(each), what) for each in settled.items)
        return (self._item(settled, what),)

    def _item(self, settled: Settled, what: str) -> Item:
        match settled:
            case Known(data=bool()):
                return Element((str(settled.data).lower(),), settled.span, settled.via)
            case Known(data=str()) | Text() | Reference() | Symbol():
                tokens = tokens_of(settled)
                assert tokens is not None
                if self._variables:
                    tokens = with_variables(tokens)
                return Element(tokens, settled.span, settled.via)
            case Known(data=None):
                raise _Refused(f"{what} holds null", settled.span)
            case Known():
                return Element((str(settled.data),), settled.span, settled.via)
            case Unknown():
                # NOTE: an unknown stays comparable: `var.arn` here is `var.arn` on the trail.
                tokens = tokens_of(settled)
                assert tokens is not None
                return Element(tokens, settled.span, settled.via)
            case Handle():
                return gap_of(settled)
            case Sequence() | Mapping() | Encoded():
                raise _Refused(f"{what} holds something that is not text", settled.span)
            case _:
                assert_never(settled)

    def _principals(self, body: Mapping, key: str) -> tuple[Principal | Gap, ...] | None:
        if key not in body.items:
            return None
        settled = self._settle(body.items[key])
        if not isinstance(settled, Mapping):
            item = self._item(settled, key)
            if isinstance(item, Element) and (text := literal(item.tokens)) is not None:
                if text != "*":
                    raise _Refused(f"{key} is an object or `*`, not {text!r}", item.span)
                return (Principal("*", item),)
            return (_as_gap(item),)
        self._known_keys(settled, _PRINCIPAL_KEYS, key)
        return tuple(
            Principal(kind, who)
            for kind, value in settled.items.items()
            for who in self._list(value, key)
        )

    def _tests(self, body: Mapping) -> tuple[Test | Gap, ...]:
        if "Condition" not in body.items:
            return ()
        block = self._settle(body.items["Condition"])
        tests: list[Test | Gap] = []
        for operator, value in self._entries(block):
            lines = self._settle(value)
            if not isinstance(lines, Mapping):
                tests.append(_as_gap(self._item(lines, operator)))
                continue
            for key, wanted in lines.items.items():
                span = lines.key_spans.get(key) or self._settle(wanted).span or lines.span
                tests.append(Test(operator, key, self._list(wanted, key), span))
        if not isinstance(block, Mapping):
            tests.append(_as_gap(self._item(block, "Condition")))
        return tuple(tests)

    def _entries(self, block: Settled) -> tuple[tuple[str, Value], ...]:
        return tuple(block.items.items()) if isinstance(block, Mapping) else ()


def _refuse(fault: grammar.Fault | None, span: Span | None) -> None:
    """Raise what is wrong with a word, if anything is."""
    if fault is None:
        return
    if fault.sure:
        raise _Refused(fault.reason, span)
    raise _Doubtful(Gap(fault.reason, (), span))


def _as_gap(item: Item) -> Gap:
    """Return an item as something that says nothing, whatever it is."""
    if isinstance(item, Gap):
        return item
    for token in item.tokens:
        if isinstance(token, Opaque):
            return gap_of(token.value)
    raise _Refused("text stands where an object belongs", item.span)


def _begins_as_json(value: Text) -> bool:
    first = value.parts[0]
    return isinstance(first, Piece)


def _text_gap(value: Text, why: str) -> Gap:
    needs = tuple(n for p in value.parts if isinstance(p, Unknown) for n in (p.needs or (p.name,)))
    if not needs and value.span is not None:
        place = value.span.source.shown(value.span)
        needs = (f"the text at {place.source.path}:{place.first.line}, put right",)
    return Gap(f"the text of the policy cannot be read: {why}", needs, value.span, value.via)
