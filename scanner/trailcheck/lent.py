"""Roles that are lent to code which is not read: what that attaches to them is not known.

Code with a role's name counts as an attachment of a policy that nobody can read: that grants
nothing for certain, and it may hold a Deny. Code with no more than the ARN would have to take the
name out of it first. Little does, so this counts for what may be allowed and not for what may be
denied, and not for code of other services, which only uses the role.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.graph import Attribute, Kind, Resource
from trailcheck.likely import may_attach_policies
from trailcheck.record import NamedTuple
from trailcheck.value import Encoded, Known, Mapping, Sequence, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as SequenceType

    from trailcheck.source import Span
    from trailcheck.value import Value


class Borrower(NamedTuple):
    """Code that is not read, and is given something."""

    root: str
    address: str
    type: str
    reason: str
    """Why it is not read, as a sentence about it."""
    source: str
    """Where the code comes from."""
    header: Span
    exists: Value


def stand_ins(
    borrower: Borrower, names: SequenceType[Value], arns: SequenceType[Value], span: Span
) -> Iterator[Resource]:
    """Yield what stands for what a borrower attaches to roles; `span` is where it is given them.

    `names` are the names of roles that it is given, `arns` those of roles whose ARNs it is given.
    """
    if names:
        said = "it is given the role and may attach policies to it"
        yield _resource(
            borrower,
            Kind.POLICY_ATTACHMENT,
            {
                "roles": Sequence(names, span),
                "policy_arn": _unknown(borrower, "policies", said, span),
            },
            span,
        )
    if arns and may_attach_policies(borrower.source):
        said = "it is given the role's ARN and may attach policies to it"
        allow: dict[str, Value] = {
            "Effect": Known("Allow", span),
            "Action": _unknown(borrower, "actions", said, span),
            "Resource": Known("*", span),
        }
        policy = Mapping({"Statement": Sequence([Mapping(allow, span)], span)}, span)
        values: dict[str, Value] = {"roles": Sequence(arns, span), "policy": Encoded(policy, span)}
        yield _resource(borrower, Kind.INLINE_POLICY, values, span)


def _unknown(borrower: Borrower, what: str, said: str, span: Span) -> Unknown:
    name, reason = f"{borrower.address} {what}", f"{borrower.reason}; {said}"
    return Unknown(name, reason, span, needs=(borrower.address,))


def _resource(borrower: Borrower, kind: Kind, values: dict[str, Value], span: Span) -> Resource:
    def load(wanted: str) -> Attribute:
        name = f"{borrower.address} {wanted}"
        unknown = Unknown(name, borrower.reason, span, needs=(borrower.address,))
        return Attribute(values.get(wanted, unknown), span, stated=True)

    return Resource(
        address=borrower.address,
        kind=kind,
        type=borrower.type,
        root=borrower.root,
        span=borrower.header,
        load=load,
        exists=borrower.exists,
    )
