"""Whether a statement of a policy covers a request: its actions, resources and principals.

Each element is a list of alternatives, or all but a list; what is not certain stays `MAYBE`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import Opaque, joined, literal, show
from trailcheck.aws.policy import Gap
from trailcheck.aws.wildcard import matches, resource_matches
from trailcheck.record import NamedTuple
from trailcheck.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trailcheck.aws.arn import Tokens
    from trailcheck.aws.policy import Element, Item, Principal, Statement


class Request(NamedTuple):
    """What is asked for."""

    action: str
    targets: tuple[Tokens, ...]
    """Descriptions of one and the same resource; empty for a policy of the resource."""
    keys: Mapping[str, Tokens | None]
    """What the request says of itself, by lower-case key: None is missing, absent is not known."""
    resolve: Callable[[Tokens], Tokens]
    """Puts in the literals that the deployment's symbols are known to be."""
    service: str = ""
    """The service that asks, for a trust policy."""


class Part(NamedTuple):
    """Whether one element of a statement covers a request, and the item that decides it."""

    answer: Answer
    item: Item | None = None
    why: str = ""
    asked: Tokens = ()
    """What of the request the item is compared with, where that is not its resource."""


def decisive(found: list[Part]) -> Part:
    """Return what decides among alternatives: a certain one, else a possible one."""
    for wanted in (Answer.YES, Answer.MAYBE):
        for part in found:
            if part.answer is wanted:
                return part
    return Part(Answer.NO, found[0].item if found else None)


def _cover(
    stated: tuple[Item, ...] | None,
    excluded: tuple[Item, ...] | None,
    test: Callable[[Element], Answer],
) -> Part:
    """Answer for a list, or for everything but a list."""
    if stated is not None:
        return decisive(_each(stated, test))
    if excluded is not None:
        found = decisive(_each(excluded, test))
        return Part(found.answer.negated(), found.item)
    return Part(Answer.YES)


def _each(items: tuple[Item, ...], test: Callable[[Element], Answer]) -> list[Part]:
    return [
        Part(Answer.MAYBE, item) if isinstance(item, Gap) else Part(test(item), item)
        for item in items
    ]


def actions(statement: Statement, request: Request) -> Part:
    """Answer whether a statement covers the action of the request."""
    return _cover(
        statement.actions,
        statement.not_actions,
        lambda item: matches(item.tokens, (request.action,), fold=True),
    )


def resources(statement: Statement, request: Request) -> Part:
    """Answer whether a statement covers the resource of the request."""
    if not request.targets:
        return Part(Answer.YES)

    def test(item: Element) -> Answer:
        if statement.resources is not None and _lacking(item.tokens, request):
            return Answer.NO
        pattern = fill(item.tokens, request)
        found = [resource_matches(pattern, request.resolve(t)) for t in request.targets]
        # NOTE: the targets describe one thing; what is certain of one description is certain.
        certain = [a for a in found if a is not Answer.MAYBE]
        return certain[0] if certain else Answer.MAYBE

    return _cover(statement.resources, statement.not_resources, test)


def fill(tokens: Tokens, request: Request) -> Tokens:
    """Put the request's own values in for policy variables such as `${aws:PrincipalAccount}`."""
    found: list[str | Opaque] = []
    for token in tokens:
        if isinstance(token, Opaque) and isinstance(token.value, Unknown):
            name = token.value.name
            if name.startswith("${") and (known := request.keys.get(name[2:-1].lower())):
                found.extend(known)
                continue
        found.append(token)
    return request.resolve(joined(found))


def _lacking(tokens: Tokens, request: Request) -> bool:
    """Tell whether a policy variable is one that the request surely lacks: no role has a user name.

    A resource with it matches nothing. What is excluded by such a text stays open.
    """
    return any(
        isinstance(token, Opaque)
        and isinstance(token.value, Unknown)
        and token.value.name.startswith("${")
        and request.keys.get(token.value.name[2:-1].lower(), ()) is None
        for token in tokens
    )


def principals(statement: Statement, request: Request) -> Part:
    """Answer whether a statement of a trust policy covers the service that asks."""
    if not request.service:
        return Part(Answer.YES)
    if statement.not_principals is not None:
        found = decisive([_principal(p, request.service) for p in statement.not_principals])
        # NOTE: Allow with NotPrincipal names everybody; whether that admits services is not
        # documented.
        answer = found.answer.negated()
        return Part(
            Answer.MAYBE if answer is Answer.YES else answer,
            found.item,
            "it names everybody but some",
        )
    deny = statement.effect == "Deny"
    return decisive([_principal(p, request.service, deny=deny) for p in statement.principals or ()])


def _principal(principal: Principal | Gap, service: str, *, deny: bool = False) -> Part:
    if isinstance(principal, Gap):
        return Part(Answer.MAYBE, principal)
    who = principal.who
    if isinstance(who, Gap):
        return Part(Answer.MAYBE, who)
    if principal.kind == "Service":
        answer = matches(who.tokens, (service,), wild=False)
        if answer is Answer.MAYBE and _own_suffix(who.tokens):
            answer = Answer.YES
        return Part(answer, who)
    everybody = literal(who.tokens) == "*"
    if deny and everybody and principal.kind in ("*", "AWS"):
        # NOTE: a Deny of `*` stops services as well: `aws:PrincipalIsAWSService` is there to
        # exempt them (IAM user guide, global condition keys).
        return Part(Answer.YES, who)
    if principal.kind in ("*", "AWS") and (everybody or _vague(who)):
        return Part(
            Answer.MAYBE, who, "whether the principal `*` admits a service is not documented"
        )
    return Part(Answer.NO, who)


def _own_suffix(tokens: Tokens) -> bool:
    """Tell whether the text is `cloudtrail.` and the partition's own DNS suffix."""
    return (
        len(tokens) == 2  # noqa: PLR2004 - the two parts named above
        and tokens[0] == "cloudtrail."
        and isinstance(tokens[1], Opaque)
        and show(tokens[1:]) == "${dns_suffix}"
    )


def _vague(who: Element) -> bool:
    return any(isinstance(t, Opaque) and not t.letters for t in who.tokens)
