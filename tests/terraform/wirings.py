"""Random wirings of a trail as blocks, sound and broken and open, for laws between spellings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn


class Policy(NamedTuple):
    """A policy; its texts are templates. `form` is how it is written."""

    statements: tuple[dict[str, object], ...]
    form: str = "jsonencode"


Written: TypeAlias = "str | Policy"
"""An expression of HCL, or a policy."""


class Block(NamedTuple):
    """A block of configuration."""

    type: str
    labels: tuple[str, ...]
    arguments: dict[str, Written]
    blocks: tuple[Block, ...] = ()

    @property
    def address(self) -> str:
        """What references to it begin with."""
        front = "data." if self.type == "data" else ""
        return front + ".".join(self.labels)


class Configuration(NamedTuple):
    """A root module, and what its override file says."""

    blocks: tuple[Block, ...]
    overrides: tuple[Block, ...] = ()


GROUP = "aws_cloudwatch_log_group.g"
SOUND = ("logs:CreateLogStream", "logs:PutLogEvents")


def mapped(block: Block, change: Callable[[str], str]) -> Block:
    """Return a block with every expression, and every text in a policy, changed."""
    arguments = {name: _changed(value, change) for name, value in block.arguments.items()}
    inner = tuple(mapped(each, change) for each in block.blocks)
    return block._replace(arguments=arguments, blocks=inner)


def _changed(value: Written, change: Callable[[str], str]) -> Written:
    if isinstance(value, str):
        return change(value)

    def inside(part: object) -> object:
        match part:
            case str():
                return change(part)
            case list():
                return [inside(each) for each in part]
            case dict():
                return {key: inside(each) for key, each in part.items()}
            case _:
                return part

    return value._replace(statements=tuple({k: inside(v) for k, v in s.items()} for s in value[0]))


# --- text -----------------------------------------------------------------------------------------


def native(block: Block, indent: str = "") -> str:
    """Return a block in native syntax."""
    labels = "".join(f' "{label}"' for label in block.labels)
    inner = f"{indent}  "
    said = "".join(f"{inner}{k} = {expression(v)}\n" for k, v in block.arguments.items())
    said += "".join(native(each, inner) for each in block.blocks)
    return f"{indent}{block.type}{labels} {{\n{said}{indent}}}\n"


def expression(value: Written) -> str:
    """Return an argument in native syntax."""
    if isinstance(value, str):
        return value
    said = document(value)
    return f"<<-EOT\n{said}\nEOT" if value.form == "heredoc" else f"jsonencode({said})"


def document(policy: Policy) -> str:
    """Return a policy as text: JSON, which is an expression of HCL too."""
    return _said({"Version": "2012-10-17", "Statement": list(policy.statements)})


def _said(part: object) -> str:
    match part:
        case dict():
            return "{" + ", ".join(f'"{key}": {_said(each)}' for key, each in part.items()) + "}"
        case list():
            return "[" + ", ".join(map(_said, part)) + "]"
        case _:
            return f'"{part}"'


def in_json(blocks: tuple[Block, ...]) -> str:
    """Return blocks in JSON syntax."""
    return json.dumps([_tree(block) for block in blocks])


def _tree(block: Block) -> dict[str, object]:
    body: dict[str, object] = {name: _in_json(v) for name, v in block.arguments.items()}
    for each in block.blocks:
        (key, inner), *_ = _tree(each).items()
        held = body.setdefault(key, [])
        assert isinstance(held, list)
        held.append(inner)
    tree: object = body
    for label in reversed(block.labels):
        tree = {label: tree}
    return {block.type: tree}


def _in_json(value: Written) -> object:
    if isinstance(value, Policy) and value.form == "heredoc":
        return document(value)
    said = expression(value)
    try:
        read = json.loads(said)
    except ValueError:
        read = None
    if isinstance(read, str | bool | int):
        return read
    return f"${{{said}}}"


# --- wirings --------------------------------------------------------------------------------------


def resource(type_: str, name: str, /, *blocks: Block, **arguments: Written) -> Block:
    """Return a resource."""
    return Block("resource", (type_, name), arguments, blocks)


@st.composite
def wirings(draw: DrawFn) -> Configuration:
    """Draw a wiring: sound ones, broken ones, and ones that turn on what nobody gives."""

    def one(*choices: str) -> str:
        # The first is the sound one, and comes up most often: one broken link breaks the chain.
        return draw(st.sampled_from((*(choices[:1] * 4 * len(choices)), *choices[1:])))

    arn = f"${{{GROUP}.arn}}"
    blocks = [
        resource(
            "aws_cloudwatch_log_group",
            "g",
            name=one('"/audit/trail"', '"/audit/${var.stage}"'),
            retention_in_days=one("400", "30", "0", "var.days", "var.on ? 400 : 30"),
        ),
        resource("aws_cloudwatch_log_group", "other", name='"/other"', retention_in_days="400"),
        Block("variable", ("on",), {"type": "bool"}),
        Block("variable", ("days",), {"type": "number"}),
        Block("variable", ("stage",), {"type": "string"}),
    ]
    role = {"name": '"delivery"', "assume_role_policy": Policy(draw(st.sampled_from(TRUSTS)))}
    actions = draw(
        st.sampled_from(
            (list(SOUND), ["logs:*"], list(SOUND), list(SOUND), list(SOUND), ["logs:PutLogEvents"])
        )
    )
    allow: dict[str, object] = {
        "Effect": "Allow",
        "Action": actions,
        "Resource": one(
            f"{arn}:*",
            arn,
            f"{arn}:log-stream:*",
            "arn:aws:logs:*:*:log-group:/audit/*",
            "${aws_cloudwatch_log_group.other.arn}:*",
            "*",
        ),
    }
    deny: dict[str, object] = {"Effect": "Deny", "Action": ["logs:Put*"], "Resource": f"{arn}:*"}
    denied = draw(st.integers(0, 9)) == 9
    grant = Policy((allow, deny) if denied else (allow,))
    blocks += _granted(draw(st.sampled_from(GRANTS)), role, grant)
    link = one(
        f'"{arn}:*"',
        f"{GROUP}.arn",
        '"${aws_cloudwatch_log_group.other.arn}:*"',
        f'var.on ? "{arn}:*" : null',
        "var.link",
    )
    if link == "var.link":
        blocks.append(Block("variable", ("link",), {}))
    selector = Block(
        "event_selector",
        (),
        {
            "include_management_events": one("true", "false"),
            "read_write_type": one('"All"', '"ReadOnly"'),
        },
    )
    trail: dict[str, Written] = {
        "name": '"t"',
        "s3_bucket_name": '"archive"',
        "cloud_watch_logs_group_arn": link,
        "cloud_watch_logs_role_arn": one(
            "aws_iam_role.r.arn", "var.on ? aws_iam_role.r.arn : null"
        ),
        "enable_logging": one("true", "false", "var.on", "!var.on"),
        "is_multi_region_trail": one("true", "false"),
    }
    selectors = (selector,) if draw(st.booleans()) else ()
    blocks.append(resource("aws_cloudtrail", "t", *selectors, **trail))
    if draw(st.booleans()):
        blocks += _watched(one("CloudTrailMetrics", "Elsewhere"))
    return Configuration(tuple(blocks))


GRANTS = ("inline", "managed", "exclusive", "nested", "argument")


def _granted(how: str, role: dict[str, Written], grant: Policy) -> list[Block]:
    """Return a role with a policy."""
    named = "aws_iam_role.r.name"
    inline = resource("aws_iam_role_policy", "p", name='"write"', role=named, policy=grant)
    managed = resource("aws_iam_policy", "p", name='"write"', policy=grant)
    arn = "aws_iam_policy.p.arn"
    match how:
        case "inline":
            return [resource("aws_iam_role", "r", **role), inline]
        case "managed":
            attached = resource("aws_iam_role_policy_attachment", "a", role=named, policy_arn=arn)
            return [resource("aws_iam_role", "r", **role), managed, attached]
        case "exclusive":
            attached = resource(
                "aws_iam_policy_attachment", "a", name='"a"', roles=f"[{named}]", policy_arn=arn
            )
            return [resource("aws_iam_role", "r", **role), managed, attached]
        case "nested":
            policy = Block("inline_policy", (), {"name": '"write"', "policy": grant})
            return [resource("aws_iam_role", "r", policy, **role)]
        case _:
            return [
                resource("aws_iam_role", "r", managed_policy_arns=f"[{arn}]", **role),
                managed,
            ]


def _watched(namespace: str) -> list[Block]:
    """Return a metric filter, and an alarm on what may be its metric."""
    metric = {"name": '"Root"', "namespace": '"CloudTrailMetrics"', "value": '"1"'}
    return [
        resource(
            "aws_cloudwatch_log_metric_filter",
            "f",
            Block("metric_transformation", (), {**metric}),
            name='"root"',
            pattern='"ERROR"',
            log_group_name=f"{GROUP}.name",
        ),
        resource(
            "aws_cloudwatch_metric_alarm",
            "f",
            alarm_name='"root"',
            metric_name='"Root"',
            namespace=f'"{namespace}"',
            comparison_operator='"GreaterThanThreshold"',
            evaluation_periods="1",
            alarm_actions="[aws_sns_topic.s.arn]",
        ),
        resource("aws_sns_topic", "s", name='"alarms"'),
    ]


def _trust(effect: str, service: str, **more: object) -> dict[str, object]:
    principal = {"Service": service}
    return {"Effect": effect, "Principal": principal, "Action": ["sts:AssumeRole"], **more}


_CLOUDTRAIL = _trust("Allow", "cloudtrail.amazonaws.com")
TRUSTS = (
    *((_CLOUDTRAIL,),) * 12,
    (_trust("Allow", "ec2.amazonaws.com"),),
    (_CLOUDTRAIL, _trust("Deny", "cloudtrail.amazonaws.com")),
    (
        _trust(
            "Allow",
            "cloudtrail.amazonaws.com",
            Condition={"StringEquals": {"aws:SourceAccount": ["${var.stage}"]}},
        ),
    ),
)
