"""CloudFormation as moto models it: an engine that nobody here wrote, which creates stacks.

`Engine.create` creates a stack through the API and returns what came of it: the properties of every
resource as the engine resolved them, what the resources are called, and the outputs. What moto does
otherwise than CloudFormation is put right here, and nowhere else:

- All scalars of a template are text. moto reads YAML 1.1, in which `2012-10-17` is a date and `012`
  is ten; and it compares numbers with texts. (User guide, "Parameters": a Number becomes a text
  where it is used. "Condition functions", Fn::Equals: both values are texts.)
- A list that is the default of a parameter is split at commas, and trimmed. moto splits only what
  is passed, and trims nothing. ("Parameters": CommaDelimitedList.)
- AWS::NoValue takes an item out of a list; moto leaves None. ("Pseudo parameters reference".)
- The attribute Arn of a log group ends in `:*`. (Resource reference, AWS::Logs::LogGroup.)
- `Outputs.Name` is one attribute in `${Stack.Outputs.Name}` and in lists; moto takes its first word
  ("Fn::GetAtt" of AWS::CloudFormation::Stack).
- A condition may be another one, with nothing around it; moto calls it false. ("Condition
  functions", Condition.)
- A list that is passed to a nested stack is text with commas. (AWS::CloudFormation::Stack.)
- A variable of Fn::Sub is put in once; moto looks for names in what it has put in, and takes `$$`
  for an escape. ("Fn::Sub".)
- A role gets the policies of its ManagedPolicyArns. (AWS::IAM::Role; moto leaves them out.)

Of types that moto has no model of, and attributes that its models do not know, a stand-in is made:
called by its stated name or its id, with attributes that are made up.
"""

from __future__ import annotations

import copy
import itertools
import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
import pytest
from moto import mock_aws
from moto.cloudformation import parsing
from moto.cloudformation.models import cloudformation_backends
from moto.core.common_models import CloudFormationModel
from moto.core.model_instances import reset_model_data
from moto.iam.models import iam_backends
from moto.logs.models import LogGroup, logs_backends
from moto.s3.models import s3_backends

from cloudformation.texts import RefusedError, prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Json = dict[str, Any]

ACCOUNT = "123456789012"
REGION = "us-east-1"
OWN = frozenset(
    {
        "AWS::CloudFormation::Stack",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::Logs::LogGroup",
    }
)
"""Types that moto itself must make; of others a stand-in will do where moto cannot."""

_NAMED = re.compile(r"\$\{([^!${}][^${}]*)\}")


class Made(NamedTuple):
    """A stack as moto created it."""

    properties: dict[str, Json]
    """Of every resource that was created, by its address: ids, behind those of nested stacks."""
    ids: dict[str, str]
    """What `Ref` of each resource is."""
    attribute: Callable[[str, str], Any]
    """What `Fn::GetAtt` of an address and an attribute is."""
    outputs: dict[str, Any]
    name: str
    id: str


class Attached(NamedTuple):
    """The policies of a role."""

    inline: dict[str, Any]
    """Documents by the names of the policies."""
    managed: frozenset[str]
    """ARNs."""


class _StandIn(CloudFormationModel):
    """A resource of which moto has no model."""

    # NOTE: moto counts the instances of a class by the service in its module's name.
    __module__ = "moto.standin.models"

    def __init__(self, logical: str, kind: str, properties: Json) -> None:
        self.logical = logical
        self.kind = kind
        self.properties = properties

    @property
    def physical_resource_id(self) -> str:
        if self.kind == "AWS::CloudTrail::EventDataStore":
            return self.get_cfn_attribute("EventDataStoreArn")
        stated = self.properties.get(_NAME_OF.get(self.kind, ""))
        return stated if isinstance(stated, str) else self.logical

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:  # noqa: ARG003 - moto's interface
        return True

    @staticmethod
    def is_created() -> bool:
        return True

    def get_cfn_attribute(self, attribute: str) -> str:
        stated = self.properties.get(attribute)
        # A custom resource of the CDK answers what it was given; so does a parameter in SSM.
        return stated if isinstance(stated, str) else f"{self.logical}.{attribute}"


_NAME_OF = {
    "AWS::CloudTrail::Trail": "TrailName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Group": "GroupName",
    "AWS::Logs::LogStream": "LogStreamName",
    "AWS::Logs::MetricFilter": "FilterName",
    "AWS::S3::Bucket": "BucketName",
}
"""The property that `Ref` gives of types that moto has no model of (resource reference)."""


class Engine:
    """An account that is nowhere, in which stacks are created."""

    def __init__(self) -> None:
        self.client = boto3.client("cloudformation", region_name=REGION)
        self.beside: dict[str, str] = {}
        """Templates that nested stacks may name, by what their TemplateURL ends in."""
        self.made: dict[tuple[str, str], tuple[Any, Json]] = {}
        """Each resource with its resolved properties, by the stack's id and its own."""
        self.serial = itertools.count()

    def create(
        self,
        text: str,
        given: Mapping[str, str] | None = None,
        beside: Mapping[str, str] | None = None,
        name: str = "",
    ) -> Made:
        """Create a stack. Raises RefusedError where moto cannot.

        `beside` are the texts of the templates that nested stacks name, by the end of their URL.
        """
        self.beside = {url: prepared(body) for url, body in (beside or {}).items()}
        passed = [{"ParameterKey": k, "ParameterValue": v} for k, v in (given or {}).items()]
        name = name or f"s{next(self.serial)}"
        try:
            made = self.client.create_stack(
                StackName=name,
                TemplateBody=prepared(text),
                Parameters=passed,
                Capabilities=["CAPABILITY_NAMED_IAM"],
            )
            return self._made(made["StackId"], name)
        except Exception as error:
            raise RefusedError(f"{type(error).__name__}: {error}") from error

    def clear(self) -> None:
        """Forget all stacks, and all that they made."""
        for service in (cloudformation_backends, iam_backends, logs_backends, s3_backends):
            service.reset()
        reset_model_data()
        self.made.clear()

    def _made(self, stack_id: str, name: str) -> Made:
        found: dict[str, tuple[str, str]] = {}
        waiting = [("", stack_id)]
        while waiting:
            prefix, stack = waiting.pop()
            for owner, logical in list(self.made):
                if owner == stack:
                    found[prefix + logical] = (owner, logical)
                    nested = getattr(self.made[owner, logical][0], "stack_id", None)
                    if nested is not None:
                        waiting.append((f"{prefix}{logical}/", nested))

        def attribute(address: str, name: str) -> Any:  # noqa: ANN401 - what moto says
            return _attribute(self.made[found[address]][0], address, name)

        stack_of = cloudformation_backends[ACCOUNT][REGION].stacks[stack_id]
        outputs = {key: stack_of.output_map[key] for key in stack_of.output_map.outputs}
        return Made(
            {address: self.made[key][1] for address, key in found.items()},
            {address: self.made[key][0].physical_resource_id for address, key in found.items()},
            attribute,
            {key: output.value for key, output in outputs.items() if output is not None},
            name,
            stack_id,
        )

    def attached(self, made: Made, address: str) -> Attached:
        """Return the policies that a role has."""
        role = next(
            r for r in iam_backends[ACCOUNT]["aws"].roles.values() if r.name == made.ids[address]
        )
        listed = made.properties[address].get("ManagedPolicyArns", [])
        return Attached(
            {
                name: json.loads(body) if isinstance(body, str) else body
                for name, body in role.policies.items()
            },
            frozenset((*role.managed_policies, *listed)),
        )


def _attribute(resource: Any, logical: str, name: str) -> Any:  # noqa: ANN401 - what moto says
    """Return an attribute of a resource; one that moto's model does not know is made up."""
    if isinstance(resource, LogGroup) and name == "Arn":
        return f"{resource.arn}:*"
    section, _, output = name.partition(".")
    if section == "Outputs" and hasattr(resource, "output_map"):
        found = resource.output_map[output]
        return None if found is None else found.value
    try:
        found = resource.get_cfn_attribute(name)
    except Exception:  # noqa: BLE001 - moto's models raise whatever they like
        found = None
    return f"{logical.rpartition('/')[2]}.{name}" if found is None else found


@contextmanager
def engine() -> Iterator[Engine]:
    """Yield an engine that does as CloudFormation does."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "none")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "none")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        made = Engine()
        made.clear()
        _put_right(made, patch)
        yield made


def _put_right(made: Engine, patch: pytest.MonkeyPatch) -> None:
    cleaned, condition, known = (
        parsing.clean_json,
        parsing.parse_condition,
        parsing.resource_class_from_type,
    )

    def clean(node: Any, resources: Any) -> Any:  # noqa: ANN401 - moto's interface
        if isinstance(node, dict) and len(node) == 1:
            match next(iter(node.items())):
                case "Fn::GetAtt", [str() as logical, *rest] if logical in resources.resources:
                    resource = resources[logical]
                    name = ".".join(str(clean(each, resources)) for each in rest)
                    return None if resource is None else _attribute(resource, logical, name)
                case "Fn::Sub", argument:
                    return _substituted(argument, lambda each: clean(each, resources))
        value = cleaned(node, resources)
        if isinstance(node, list):
            return [item for item in value if item is not None]
        return value

    def holds(asked: Any, resources: Any, conditions: Any) -> Any:  # noqa: ANN401 - moto's interface
        if isinstance(asked, dict) and "Condition" in asked:
            return conditions[asked["Condition"]]
        return condition(asked, resources, conditions)

    def model(kind: str) -> Any:  # noqa: ANN401 - moto's interface
        if kind.startswith("Custom::") or kind not in parsing.get_model_map():
            return _StandIn
        return known(kind)

    def create(
        logical: str,
        body: Json,
        resources: Any,  # noqa: ANN401 - moto's interface
        account_id: str,
        region_name: str,
    ) -> Any:  # noqa: ANN401 - moto's interface
        if "Condition" in body and not resources.lazy_condition_map[body["Condition"]]:
            return None
        kind = body["Type"]
        model_of, resolved, name = parsing.parse_resource_and_generate_name(
            logical, body, resources
        )
        properties = copy.deepcopy(resolved["Properties"])
        at_hand = kind != "AWS::CloudFormation::Stack" or _deliver(made, resolved["Properties"])
        resource: Any = None
        if model_of is not _StandIn and at_hand:
            try:
                resource = model_of.create_from_cloudformation_json(
                    name,
                    resolved,
                    account_id,
                    region_name,
                    LogicalId=logical,
                    StackId=resources.stack_id,
                    ResourceType=kind,
                )
            except Exception:
                if kind in OWN:
                    raise
        if not hasattr(resource, "physical_resource_id"):
            resource = _StandIn(logical, kind, properties)
            _make(resource)
        resource.cf_resource_type, resource.logical_resource_id = kind, logical
        made.made[resources.stack_id, logical] = resource, properties
        return resource

    patch.setattr(parsing, "clean_json", clean)
    patch.setattr(parsing, "parse_condition", holds)
    patch.setattr(parsing, "resource_class_from_type", model)
    patch.setattr(parsing, "parse_and_create_resource", create)


def _make(stand_in: _StandIn) -> None:
    """Make what policies need of which moto has a backend and no model."""
    backend, properties = iam_backends[ACCOUNT]["aws"], stand_in.properties
    match stand_in.kind:
        case "AWS::IAM::Group":
            backend.create_group(stand_in.physical_resource_id, properties.get("Path", "/"))
        case "AWS::IAM::RolePolicy":
            role, policy = properties["RoleName"], properties["PolicyName"]
            backend.put_role_policy(role, policy, properties["PolicyDocument"])


def _deliver(made: Engine, properties: Json) -> bool:
    """Put the template of a nested stack where moto reads it, and its parameters as texts.

    Returns false where the template is not at hand.
    """
    given = properties.get("Parameters", {})
    properties["Parameters"] = {
        key: ",".join(value) if isinstance(value, list) else value for key, value in given.items()
    }
    url = str(properties.get("TemplateURL"))
    body = next((body for end, body in made.beside.items() if url.endswith(end)), None)
    if body is None:
        return False
    store, key = boto3.client("s3", region_name=REGION), f"t{next(made.serial)}"
    store.create_bucket(Bucket="templates")
    store.put_object(Bucket="templates", Key=key, Body=body.encode())
    properties["TemplateURL"] = f"https://s3.amazonaws.com/templates/{key}"
    return True


def _substituted(argument: Any, clean: Callable[[Any], Any]) -> str:  # noqa: ANN401 - a template's
    pattern, own = argument if isinstance(argument, list) else (argument, {})

    def value(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name in own:
            return str(clean(own[name]))
        logical, dot, attribute = name.partition(".")
        found = clean({"Fn::GetAtt": [logical, attribute]} if dot else {"Ref": name})
        return str(found)

    return _NAMED.sub(value, pattern).replace("${!", "${")
