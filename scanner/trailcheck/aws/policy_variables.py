"""Variables in the words of a policy, which IAM fills in for each request: `${aws:username}`.

(IAM user guide, "IAM policy elements: Variables and tags".)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.aws.arn import NOTHING, Opaque, joined
from trailcheck.aws.policy import Element, Gap, gap_of
from trailcheck.value import Unknown

if TYPE_CHECKING:
    from trailcheck.aws.arn import Tokens
    from trailcheck.aws.policy import Item

_VARIABLE = r"\$\{([^}]*)\}"
_KEY = r"\w[\w.\-/]*:[A-Za-z][^:{}]*"
"""A condition key, as policy variables name them: `aws:username`, `aws:PrincipalTag/team`."""
_ESCAPES = {"*": "*", "?": "?", "$": "$"}


def with_variables(tokens: Tokens) -> Tokens:
    """Make the policy variables of IAM, as in `${aws:username}`, unknowns of their own."""
    if not any(isinstance(t, str) and "${" in t for t in tokens):
        return tokens
    found: list[str | Opaque] = []
    for token in tokens:
        if not isinstance(token, str):
            found.append(token)
            continue
        at = 0
        for match in re.finditer(_VARIABLE, token):
            found.append(token[at : match.start()])
            at = match.end()
            found.append(_variable(match[1]))
        found.append(token[at:])
    return joined(found)


def _variable(text: str) -> str | Opaque:
    if text in _ESCAPES:
        # NOTE: a literal `*` cannot be told from the wildcard any more; no AWS name holds one.
        return Opaque(
            Unknown("${" + text + "}", "a literal wildcard character"), r"[*?$]", filled=True
        )
    name, default, _ = text.partition(",")
    name = name.strip()
    if not default and not re.fullmatch(_KEY, name):
        # NOTE: IAM fills in keys of the request only. Any other name, as text meant for a template
        # that nobody renders has it, never becomes anything, so that it matches nothing. What
        # stands behind a comma may be a default.
        reason = f"IAM has no variable {name}"
        return Opaque(Unknown("${" + text + "}", reason, needs=(name,)), NOTHING, filled=True)
    reason = f"the policy variable {name} is known only to a request"
    return Opaque(Unknown("${" + text + "}", reason, needs=(name,)))


def never_filled(item: Item) -> Gap | None:
    """Return the variable of an item that IAM does not have, as in text that nobody renders."""
    for token in item.tokens if isinstance(item, Element) else ():
        if isinstance(token, Opaque) and token.letters == NOTHING:
            return gap_of(token.value)._replace(span=item.span, via=item.via)
    return None
