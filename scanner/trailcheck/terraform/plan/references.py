"""What a plan's configuration tells of values known after apply: which references feed them.

A plan keeps the references of an expression and loses the rest of it. So `aws_iam_role.r.arn` says
which role a trail is linked to, and nothing says whether `:*` follows
`aws_cloudwatch_log_group.g.arn`. Where one reference feeds an argument that takes a name or an ARN
whole, it is taken to be the value; that is an assumption, and noted. Everything else that is not
spelled is unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.record import NamedTuple
from trailcheck.terraform.functions import convert
from trailcheck.terraform.plan.document import (
    alike,
    as_object,
    is_unknown,
    key_of,
    parent,
    steps,
)
from trailcheck.terraform.policy_document import policy_document
from trailcheck.terraform.resource import SAME_AS
from trailcheck.terraform.resources import TYPES
from trailcheck.terraform.stacks import STACKS
from trailcheck.value import Encoded, Known, Mapping, Reference, Sequence, Text, Unknown, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailcheck.source import Span
    from trailcheck.terraform.plan.document import Json, Key, PlanDocument, Planned
    from trailcheck.terraform.plan.places import Places
    from trailcheck.value import Part, Value

ASSUMPTION = (
    "where a plan names one reference for a name or an ARN known after apply, "
    "that reference is its value"
)
_DEEPEST = 40
_MOST_REFERENCES = 200
_WORD = re.compile(r'\.?([^.\[\]]+)|\[([0-9]+|"(?:[^"\\]|\\.)*")\]')
_DOCUMENTS = frozenset({"policy", "assume_role_policy", "source_json", "override_json"})
_DOCUMENT_LISTS = frozenset({"source_policy_documents", "override_policy_documents"})
_WHOLE = {
    "cloud_watch_logs_role_arn": "arn",
    "role": "name",
    "roles": "name",
    "role_name": "name",
    "policy_arn": "arn",
    "policy_arns": "arn",
    "managed_policy_arns": "arn",
    "policy_names": "name",
    "permissions_boundary": "arn",
    "log_group_name": "name",
    "s3_bucket_name": "id",
    "sns_topic_name": "name",
    "kms_key_id": "arn",
}
"""Arguments that take what another resource is called, whole; and the attribute that this is."""
_LONGER = {"cloud_watch_logs_group_arn": "arn", "resources": "arn", "not_resources": "arn"}
"""Arguments in which an ARN goes on after the reference, usually."""


class Owner(NamedTuple):
    """Where an expression stands: a module instance, and the key of what it belongs to."""

    module: str
    key: Key


class References:
    """Answers what feeds the arguments of one plan."""

    def __init__(self, plan: PlanDocument, places: Places) -> None:
        """Answer for `plan`."""
        self.plan = plan
        self.places = places
        self.assumed = False
        """Whether anything rests on `ASSUMPTION`."""
        self.made: Callable[[Planned, str], Value | None] = lambda _stack, _name: None
        """Gives an output of a CloudFormation stack that the plan deploys."""
        self._running: set[tuple[str, str]] = set()
        self._documents: dict[str, Value] = {}

    def argument(self, instance: Planned, name: str) -> Value:
        """Return an argument of which at least a part is known after apply."""
        expression = self.plan.expressions(instance).get(name)
        owner = Owner(instance.module, instance.key)
        what = f"{instance.address}.{name}"
        mark = instance.unknown.get(name)
        return self._value(instance.values.get(name), mark, expression, name, owner, what)

    # --- shapes -----------------------------------------------------------------------------------

    def _value(  # noqa: PLR0913, PLR0917 - a value in a plan is spread over all of these
        self, said: Json, mark: Json, expression: Json, name: str, owner: Owner, what: str
    ) -> Value:
        if not is_unknown(mark):
            return plain(said)
        if isinstance(mark, list):
            return self._items(said, mark, expression, name, owner, what)
        if isinstance(mark, dict):
            values, inner = as_object(said), as_object(expression)
            return Mapping(
                {
                    key: self._value(
                        values.get(key), mark.get(key), inner.get(key), key, owner, f"{what}.{key}"
                    )
                    for key in dict.fromkeys((*values, *mark))
                }
            )
        return self._unspelled(as_object(expression), name, owner, what)

    def _items(  # noqa: PLR0913, PLR0917 - as above
        self, said: Json, marks: list[Json], expression: Json, name: str, owner: Owner, what: str
    ) -> Value:
        values: list[Json] = said if isinstance(said, list) else []
        values = values[: len(marks)] + [None] * (len(marks) - len(values))
        if isinstance(expression, list):
            return self._blocks(values, marks, expression, name, owner, what)
        unknown = [n for n, mark in enumerate(marks) if is_unknown(mark)]
        found = self._feeds(as_object(expression), name, owner)
        items = [plain(value) for value in values]
        for place, at in enumerate(unknown):
            one = found[place] if len(found) == len(unknown) else None
            items[at] = self._fed(one, found, name, f"{what}[{at}]")
        return Sequence(items)

    def _blocks(  # noqa: PLR0913, PLR0917 - as above
        self,
        values: list[Json],
        marks: list[Json],
        blocks: list[Json],
        name: str,
        owner: Owner,
        what: str,
    ) -> Value:
        rows: list[Value] = []
        for at, (value, mark) in enumerate(zip(values, marks, strict=True)):
            # NOTE: a plan leaves dynamic blocks out of its configuration, so that as many blocks as
            # values means that there are none; the blocks of a set stand in another order.
            fitting = (
                [b for b in blocks if _fits(value, mark, b)] if len(blocks) == len(values) else []
            )
            block = fitting[0] if len(fitting) == 1 else None
            if len(fitting) > 1 and all(b == fitting[0] for b in fitting):
                block = fitting[0]
            rows.append(self._value(value, mark, block, name, owner, f"{what}[{at}]"))
        return Sequence(rows)

    def _unspelled(self, expression: dict[str, Json], name: str, owner: Owner, what: str) -> Value:
        found = self._feeds(expression, name, owner)
        if name in _DOCUMENT_LISTS:
            documents = all(isinstance(v, Encoded) for v in found)
            return Sequence(found) if found and documents else _not_told(what, found)
        return self._fed(found[0] if len(found) == 1 else None, found, name, what)

    def _fed(self, one: Value | None, found: list[Value], name: str, what: str) -> Value:
        """Return what an argument is that one value feeds."""
        if isinstance(one, Unknown) and one.needs:
            return Unknown(what, one.reason, needs=one.needs)
        if name in _DOCUMENTS or name in _DOCUMENT_LISTS:
            if isinstance(one, Encoded):
                self.assumed = True
                return one
        elif name in _WHOLE and isinstance(one, Reference | Known):
            self.assumed = True
            return one
        elif name in _LONGER and isinstance(one, Reference | Known | Text):
            rest = Unknown(
                f"what {what} adds to its reference",
                "a plan does not tell the text around a reference, such as `:*`; "
                "keep the source beside the plan",
                needs=(what,),
            )
            parts: tuple[Part, ...] = (rest,)
            return text((one, *parts)) if isinstance(one, Reference) else _not_told(what, found)
        return _not_told(what, found)

    # --- references -------------------------------------------------------------------------------

    def _feeds(self, expression: dict[str, Json], name: str, owner: Owner) -> list[Value]:
        """Return the values known after apply that an expression refers to, each once."""
        wanted = _WHOLE.get(name) or _LONGER.get(name) or "json"
        return list(dict.fromkeys(self._all(expression.get("references"), owner, wanted, 0)))

    def _all(self, references: Json, owner: Owner, wanted: str, depth: int) -> list[Value]:
        listed = references if isinstance(references, list) else []
        said = [r for r in listed[:_MOST_REFERENCES] if isinstance(r, str)]
        if len(listed) > _MOST_REFERENCES or depth > _DEEPEST:
            return [
                Unknown("(too many references)", "it has more references than are followed")
            ] * 2
        longest = [
            r for r in said if not any(o != r and o.startswith((f"{r}.", f"{r}[")) for o in said)
        ]
        keyed = any(r.split(".", 1)[0] in ("each", "count") for r in longest)
        found: list[Value] = []
        for reference in longest:
            running = (owner.module, reference)
            if running in self._running:
                continue
            self._running.add(running)
            try:
                found += self._one(words(reference), owner, wanted, depth, keyed=keyed)
            finally:
                self._running.discard(running)
        return found

    def _one(
        self, said: list[Key], owner: Owner, wanted: str, depth: int, *, keyed: bool
    ) -> list[Value]:
        match said:
            case ["var", str(name), *_]:
                return self._variable(name, owner, wanted, depth)
            case ["local", str(name), *_]:
                return [_opaque(owner, f"local.{name}", "a plan does not hold local values")]
            case ["each", "value", *_]:
                return [_opaque(owner, "each.value", "a plan does not hold each.value")]
            case ["each" | "count" | "path" | "terraform" | "self", *_]:
                return []
            case ["module", str(name), *rest]:
                return self._output(name, rest, owner, wanted, depth, keyed=keyed)
            case ["data", str(type_), str(name), *rest]:
                return self._attribute(
                    f"data.{type_}.{name}", rest, owner, wanted, depth, keyed=keyed
                )
            case [str(type_), str(name), *rest]:
                return self._attribute(f"{type_}.{name}", rest, owner, wanted, depth, keyed=keyed)
            case _:
                return [_opaque(owner, ".".join(map(str, said)), "the reference is not understood")]

    def _variable(self, name: str, owner: Owner, wanted: str, depth: int) -> list[Value]:
        if not owner.module:
            return []  # NOTE: the variables of the root module are settled in every plan.
        last = steps(owner.module)[-1:]
        above = Owner(parent(owner.module), last[0][1] if last else None)
        call = self.plan.call(self.plan.module(above.module), last[0][0] if last else "")
        expression = as_object(as_object(call.get("expressions")).get(name))
        return self._all(expression.get("references"), above, wanted, depth + 1)

    def _output(  # noqa: PLR0913 - as above
        self, name: str, rest: list[Key], owner: Owner, wanted: str, depth: int, *, keyed: bool
    ) -> list[Value]:
        front = f"{owner.module}." if owner.module else ""
        base = f"{front}module.{name}"
        module = self.plan.call(self.plan.module(owner.module), name).get("module")
        outputs = as_object(as_object(module).get("outputs"))
        key: Key = None
        if rest and (isinstance(rest[0], int) or rest[0] not in outputs):
            key, rest = rest[0], rest[1:]
        elif keyed:
            key = owner.key
        if not rest or not isinstance(rest[0], str) or rest[0] not in outputs:
            return [_opaque(owner, f"module.{name}", "which output is meant is not in the plan")]
        address = base if key is None else f"{base}{bracketed(key)}"
        expression = as_object(as_object(outputs[rest[0]]).get("expression"))
        return self._all(expression.get("references"), Owner(address, None), wanted, depth + 1)

    def _attribute(  # noqa: PLR0913 - as above
        self, base: str, rest: list[Key], owner: Owner, wanted: str, depth: int, *, keyed: bool
    ) -> list[Value]:
        front = f"{owner.module}." if owner.module else ""
        instances = self.plan.of(front + base)
        type_ = base.removeprefix("data.").split(".", 1)[0]
        whole = type_ in TYPES or type_ in STACKS  # Every instance of it is in the plan.
        if not instances and not base.startswith("data.") and whole:
            return []  # Nothing of it is created: it feeds nothing.
        key: Key = None
        if rest and (isinstance(rest[0], int) or any(i.key == rest[0] for i in instances)):
            key, rest = rest[0], rest[1:]
        elif keyed and any(i.key == owner.key for i in instances):
            key = owner.key
        fitting = [i for i in instances if key is None or i.key == key]
        name = str(rest[0]) if rest else wanted
        if not instances:
            return [Reference(f"{front}{base}", name)]
        if len(fitting) == 1 and rest[:1] == ["outputs"] and len(rest) == 2:  # noqa: PLR2004 - a name
            made = self.made(fitting[0], str(rest[1]))
            if made is not None:
                return [made]
        if len(fitting) != 1 or len(rest) > 1:
            return [_opaque(owner, base, "which part of it is meant is not in the plan")]
        return self._of_instance(fitting[0], name, depth)

    def _of_instance(self, instance: Planned, name: str, depth: int) -> list[Value]:
        """Return an attribute of an instance, if it is known after apply only."""
        if not is_unknown(instance.unknown.get(name)) and name in instance.values:
            return []
        if instance.data:
            return [self._looked_up(instance, name)]
        same = SAME_AS.get((instance.type, name), name)
        said = instance.values.get(same)
        if isinstance(said, str):
            return [Known(said)]
        expression = as_object(self.plan.expressions(instance).get(same))
        if expression.get("references"):
            owner = Owner(instance.module, instance.key)
            return self._all(expression["references"], owner, _WHOLE.get(same, same), depth + 1)
        known_as = "name" if instance.type == "aws_s3_bucket" and same == "bucket" else same
        return [Reference(instance.address, known_as)]

    def _looked_up(self, instance: Planned, name: str) -> Value:
        if instance.type == "aws_iam_policy_document" and name in ("json", "minified_json"):
            if instance.address in self._documents:
                return self._documents[instance.address]
            made = policy_document(_Document(self, instance))
            found = Encoded(made) if isinstance(made, Mapping) else made
            self._documents[instance.address] = found
            return found
        address = f"{instance.address}.{name}"
        return Unknown(address, f"{address} is looked up when Terraform runs", needs=(address,))


class _Document:
    """A policy document of the plan, as `policy_document` takes it."""

    def __init__(self, references: References, instance: Planned) -> None:
        self.references = references
        self.instance = instance

    @property
    def header(self) -> Span:
        return self.references.places.resource(self.instance.address)

    def argument(self, name: str) -> Value | None:
        instance = self.instance
        if instance.values.get(name) is None and not is_unknown(instance.unknown.get(name)):
            return None
        return self.references.argument(instance, name)

    def nested(self, name: str) -> Value:
        return self.argument(name) or Sequence(())


def plain(said: Json) -> Value:
    """Return a part of a plan as a value."""
    try:
        return convert.from_plain(said)
    except (TypeError, RecursionError):
        return Unknown("(unread)", "a part of the plan is too large or oddly shaped to be read")


def words(reference: str) -> list[Key]:
    """Split a reference into names and keys: `a.b["c"].d`."""
    found: list[Key] = []
    at = 0
    while at < len(reference) and (match := _WORD.match(reference, at)):
        found.append(match[1] if match[1] is not None else key_of(match[2]))
        at = match.end()
    return found


def bracketed(key: Key) -> str:
    """Return a key as it stands in an address."""
    from trailcheck.terraform.expansion import quoted  # noqa: PLC0415 - seldom needed

    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else quoted(key)


def _fits(value: Json, mark: Json, block: Json) -> bool:
    """Tell whether the values of a block may come from one block of the configuration."""
    values, marks, said = as_object(value), as_object(mark), as_object(block)
    for name, expression in said.items():
        told = as_object(expression)
        if "constant_value" in told and not alike(values.get(name), told["constant_value"]):
            return False
    return all(name in said or not is_unknown(inner) for name, inner in marks.items())


def _opaque(owner: Owner, name: str, why: str) -> Unknown:
    address = f"{owner.module}.{name}" if owner.module else name
    return Unknown(address, f"{why}: {address}; keep the source beside the plan", needs=(address,))


def _not_told(what: str, found: list[Value]) -> Unknown:
    needs = tuple(
        dict.fromkeys(
            need
            for value in found
            for need in (
                (f"{value.address}.{value.attribute}",)
                if isinstance(value, Reference)
                else value.needs
                if isinstance(value, Unknown)
                else ()
            )
        )
    )
    reason = f"the plan does not tell {what}, which is known after apply"
    return Unknown(what, reason, needs=needs or (what,))
