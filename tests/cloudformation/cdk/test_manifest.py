"""Cloud assemblies of the CDK: which stacks there are, where they go, and what is not believed."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailcheck.cloudformation.cdk.manifest import KNOWN_MAJOR, is_manifest, read_assembly
from trailcheck.errors import Impact
from trailcheck.repository import Repository

if TYPE_CHECKING:
    from trailcheck.cloudformation.cdk.assembly import Assembly, Deployment

TEMPLATE = {"Resources": {"Trail": {"Type": "AWS::CloudTrail::Trail"}}}


def stack(name: str = "Audit", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return an artifact that is a stack."""
    properties = {"templateFile": f"{name}.template.json", **more.pop("properties", {})}
    return {"type": "aws:cloudformation:stack", "properties": properties, **more}


def manifest(artifacts: dict[str, Any], version: str = "36.0.0", **more: Any) -> str:  # noqa: ANN401
    """Return a manifest's text."""
    return json.dumps({"version": version, "artifacts": artifacts, **more}, indent=1)


def assembly(tmp_path: Path, files: dict[str, Any], directory: str = "cdk.out") -> Assembly:
    """Write files and read the assembly among them."""
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_assembly(Repository(str(tmp_path)), directory)


def alone(tmp_path: Path, artifact: dict[str, Any], **more: Any) -> Deployment:  # noqa: ANN401
    """Return the one stack of an assembly that is free of trouble."""
    found = assembly(
        tmp_path,
        {
            "cdk.out/manifest.json": manifest({"Audit": artifact}, **more),
            "cdk.out/Audit.template.json": TEMPLATE,
        },
    )
    assert found.diagnostics == ()
    (deployment,) = found.deployments
    return deployment


def test_a_manifest_is_known_by_its_content() -> None:
    """Other tools have manifests too."""
    assert is_manifest(manifest({"Audit": stack()}).encode())
    assert not is_manifest(b'{"name": "app", "version": "1", "icons": []}')
    assert not is_manifest(b'{"version": "1", "artifacts": {"app.js": {}}}')


@pytest.mark.parametrize(
    ("said", "account", "region"),
    [
        ("aws://123456789012/eu-west-1", "123456789012", "eu-west-1"),
        ("aws://unknown-account/unknown-region", None, None),
        ("aws://123456789012/unknown-region", "123456789012", None),
        ("aws://unknown-account/us-gov-west-1", None, "us-gov-west-1"),
    ],
)
def test_environments(tmp_path: Path, said: str, account: str | None, region: str | None) -> None:
    """A stack is deployed where it says, or where its credentials lead."""
    found = alone(tmp_path, stack(environment=said))
    assert (found.account, found.region) == (account, region)


def test_an_environment_that_is_none_is_not_known(tmp_path: Path) -> None:
    """It is said, at its place."""
    found = assembly(
        tmp_path,
        {
            "cdk.out/manifest.json": manifest({"Audit": stack(environment="aws://${x}/y")}),
            "cdk.out/Audit.template.json": TEMPLATE,
        },
    )
    assert [(d.impact, d.span and d.span.text) for d in found.diagnostics] == [
        (Impact.NOTICE, '"environment": "aws://${x}/y"')
    ]
    assert found.deployments[0].account is None


def test_names_and_parameters(tmp_path: Path) -> None:
    """The stack's name is the artifact's id unless it is said; parameters are texts."""
    assert alone(tmp_path, stack()).name == "Audit"
    said = {"stackName": "audit-prod", "parameters": {"Days": "400", "Odd": 7}}
    found = alone(tmp_path, stack(properties=said))
    assert found.name == "audit-prod"
    assert found.parameters == {"Days": "400"}


def test_stages_are_assemblies_inside(tmp_path: Path) -> None:
    """Their templates lie in directories of their own."""
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
    found = assembly(
        tmp_path,
        {
            "cdk.out/manifest.json": manifest({"assembly-Prod": stage}),
            "cdk.out/assembly-Prod/manifest.json": manifest({"Audit": stack()}),
            "cdk.out/assembly-Prod/Audit.template.json": TEMPLATE,
        },
    )
    assert found.diagnostics == ()
    assert [d.template for d in found.deployments] == ["cdk.out/assembly-Prod/Audit.template.json"]
    assert found.directories == ("cdk.out", "cdk.out/assembly-Prod")


@pytest.mark.parametrize("directory", [".", "../cdk.out", "assembly-Prod"])
def test_a_stage_that_holds_itself_ends(tmp_path: Path, directory: str) -> None:
    """A circle of stages is said and left."""
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": directory}}
    found = assembly(
        tmp_path,
        {
            "cdk.out/manifest.json": manifest({"P": stage, "Audit": stack()}),
            "cdk.out/Audit.template.json": TEMPLATE,
            "cdk.out/assembly-Prod/manifest.json": manifest(
                {"Up": {**stage, "properties": {"directoryName": ".."}}}
            ),
        },
    )
    assert len(found.deployments) == 1
    assert "read already" in found.diagnostics[0].summary


@pytest.mark.parametrize("file", ["../../secret.json", "/etc/passwd", "", None, 7, "a/../.."])
def test_no_template_outside_the_repository(tmp_path: Path, file: object) -> None:
    """A path that leads out is not followed."""
    artifact = {"type": "aws:cloudformation:stack", "properties": {"templateFile": file}}
    home = tmp_path / "repository"
    (tmp_path / "secret.json").write_text("{}")
    found = assembly(home, {"cdk.out/manifest.json": manifest({"Audit": artifact})})
    assert found.deployments == ()
    assert "has no templateFile inside the repository" in found.diagnostics[0].summary


def test_a_missing_template_is_said_where_it_is_named(tmp_path: Path) -> None:
    """The other stacks are read."""
    found = assembly(
        tmp_path,
        {
            "cdk.out/manifest.json": manifest({"Gone": stack("Gone"), "Audit": stack()}),
            "cdk.out/Audit.template.json": TEMPLATE,
        },
    )
    assert [d.id for d in found.deployments] == ["Audit"]
    (said,) = found.diagnostics
    assert said.summary == "The template of Gone is missing: cdk.out/Gone.template.json"
    assert said.span is not None
    assert said.span.text == '"templateFile": "Gone.template.json"'
    assert not found.whole


@pytest.mark.parametrize("text", ['{"version": "36.0.0", "artifacts": {', "[]", '{"version": 1}'])
def test_manifests_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    """One diagnostic, and no stacks."""
    found = assembly(tmp_path, {"cdk.out/manifest.json": text})
    assert len(found.diagnostics) == 1
    assert found.deployments == ()


def test_a_newer_version_is_read_as_far_as_it_is_known(tmp_path: Path) -> None:
    """The major version grows with every addition; what is new of a stack makes it unread."""
    text = manifest(
        {"Plain": stack("Plain"), "Odd": stack("Odd", properties={"mappings": "x"})},
        f"{KNOWN_MAJOR + 1}.0.0",
    )
    found = assembly(
        tmp_path,
        {
            "cdk.out/manifest.json": text,
            "cdk.out/Plain.template.json": TEMPLATE,
            "cdk.out/Odd.template.json": TEMPLATE,
        },
    )
    plain, odd = found.deployments
    assert plain.unread == ()
    assert [d.summary for d in odd.unread] == [
        "The stack Odd says mappings, which is not known here"
    ]
    assert found.diagnostics[0].impact is Impact.NOTICE


def test_placeholders_make_stacks_unread(tmp_path: Path) -> None:
    """What was not looked up stands in the templates as a made-up value."""
    found = assembly(
        tmp_path,
        {
            "cdk.out/manifest.json": manifest({"Audit": stack()}, missing=[{"key": "vpc"}]),
            "cdk.out/Audit.template.json": TEMPLATE,
        },
    )
    assert found.deployments[0].unread == found.diagnostics
    assert found.diagnostics[0].impact is Impact.UNREAD


def test_an_artifact_of_an_unknown_kind_may_hold_stacks(tmp_path: Path) -> None:
    """It is said, and the rest is read."""
    found = assembly(
        tmp_path,
        {"cdk.out/manifest.json": manifest({"X": {"type": "aws:new"}, "T": {"type": "none"}})},
    )
    assert [d.summary for d in found.diagnostics] == [
        "The artifact X is of a kind that is not known: aws:new"
    ]


def test_assets_are_known_by_their_keys(tmp_path: Path) -> None:
    """A nested stack's URL ends in one."""
    listed = {
        "files": {
            "f00": {
                "source": {"path": "Inner.nested.template.json", "packaging": "file"},
                "destinations": {"here": {"bucketName": "b", "objectKey": "f00.json"}},
            },
            "bad": {"source": {"path": "../../../etc/passwd"}},
        }
    }
    found = assembly(
        tmp_path,
        {
            "cdk.out/manifest.json": manifest(
                {
                    "Audit": stack(),
                    "A": {"type": "cdk:asset-manifest", "properties": {"file": "A.assets.json"}},
                }
            ),
            "cdk.out/Audit.template.json": TEMPLATE,
            "cdk.out/A.assets.json": listed,
        },
    )
    assert found.deployments[0].assets == {"f00.json": "cdk.out/Inner.nested.template.json"}
    assert found.whole
    assert found.files == {"cdk.out/Audit.template.json", "cdk.out/Inner.nested.template.json"}


ENTRIES = {
    "/App/Audit/Trail/Resource": [{"type": "aws:cdk:logicalId", "data": "Trail1"}],
    "/App/Audit/In/Trail/Resource": [{"type": "aws:cdk:logicalId", "data": "Trail1"}],
    "/App/Audit/In.NestedStack/In.NestedStackResource": [
        {"type": "aws:cdk:logicalId", "data": "InStack"}
    ],
    "/App/Audit/Two": [{"type": "aws:cdk:logicalId", "data": "Twice"}],
    "/App/Audit/Three": [{"type": "aws:cdk:logicalId", "data": "Twice"}],
    "/App/Audit/Odd": "no list",
}


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("Trail1", "App/Audit/Trail/Resource"),
        ("InStack/Trail1", "App/Audit/In/Trail/Resource"),
        ("Nowhere/Trail1", None),
        ("Twice", None),
        ("Other", None),
    ],
)
def test_constructs_by_logical_id(
    tmp_path: Path,
    address: str,
    path: str | None,
    beside: bool,  # noqa: FBT001 - a parameter
) -> None:
    """In the manifest or in a file beside it; nested stacks have logical ids of their own."""
    (tmp_path / "cdk.out").mkdir()
    (tmp_path / "cdk.out/Audit.metadata.json").write_text(json.dumps(ENTRIES))
    where = {"additionalMetadataFile": "Audit.metadata.json"} if beside else {"metadata": ENTRIES}
    found = alone(tmp_path, stack(**where)).constructs.find(address, "")
    assert (found and found.path) == path


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "aws:cdk:logicalId", "data": "Trail", "trace": ["new A (/x/lib/a.ts:1:1)"]},
        {"type": "aws:cdk:creationStack", "data": ["...lib...", "new A (/x/lib/a.ts:1:1)"]},
    ],
)
def test_where_a_construct_is_made(tmp_path: Path, entry: dict[str, Any]) -> None:
    """Older and newer versions of the CDK keep the trace in different places."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/a.ts").write_text("new Trail(this);\n")
    artifact = stack(metadata={"/App/Trail": [entry]})
    found = alone(tmp_path, artifact).constructs.find("Trail", "App/Trail")
    assert found is not None
    assert found.span is not None
    assert (found.span.source.path, found.span.text) == ("lib/a.ts", "new Trail(this);")


NOTES = {
    "/App/Trail": [
        {"type": "aws:cdk:warning", "data": "careful"},
        {"type": "aws:cdk:error", "data": "not\n  like this"},
        "odd",
    ],
    "/App/Odd": "no list",
}


@pytest.mark.parametrize("beside", [False, True])
def test_errors_of_the_app_refuse_the_stack(tmp_path: Path, beside: bool) -> None:  # noqa: FBT001
    """They are shown at the construct that they are noted for; warnings stop nothing."""
    (tmp_path / "cdk.out").mkdir()
    (tmp_path / "cdk.out/Audit.metadata.json").write_text(json.dumps(NOTES))
    where = {"additionalMetadataFile": "Audit.metadata.json"} if beside else {"metadata": NOTES}
    (found,) = alone(tmp_path, stack(**where)).refused()
    assert found.summary == "The app notes an error at App/Trail: not like this"
    assert found.impact is Impact.REFUSED
    assert found.span is not None
    assert found.span.text == '"/App/Trail"'
    assert found.path == f"cdk.out/{'Audit.metadata' if beside else 'manifest'}.json"


@pytest.mark.parametrize("text", ["", "[]", '{"/App": [{"type": "aws:cdk:error"}', "{}"])
def test_metadata_that_says_nothing(tmp_path: Path, text: str) -> None:
    """What cannot be read holds no errors."""
    (tmp_path / "cdk.out").mkdir()
    (tmp_path / "cdk.out/Audit.metadata.json").write_text(text)
    found = alone(tmp_path, stack(additionalMetadataFile="Audit.metadata.json"))
    assert list(found.refused()) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    """Return the path to every value in a document."""
    children: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    return [at, *(path for key, child in children for path in places(child, (*at, key)))]


WHOLE: dict[str, Any] = {
    "version": "99.0.0",
    "missing": [],
    "artifacts": {
        "Audit": stack(
            metadata={
                "/Audit/Trail": [
                    {"type": "aws:cdk:logicalId", "data": "Trail", "trace": ["x (/a/b.ts:1:1)"]},
                    {"type": "aws:cdk:creationStack", "data": ["x (/a/b.ts:1:1)"]},
                ]
            },
            environment="aws://123456789012/eu-west-1",
            additionalMetadataFile="Audit.template.json",
            properties={"parameters": {"Days": "1"}, "stackName": "audit"},
        ),
        "Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}},
        "Assets": {"type": "cdk:asset-manifest", "properties": {"file": "manifest.json"}},
    },
    "files": {"a": {"source": {"path": "x"}, "destinations": {"d": {"objectKey": "k"}}}},
}


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(places(WHOLE)[1:]), JSON)
def test_whatever_a_manifest_says_is_read_or_refused(path: tuple[Any, ...], value: object) -> None:
    """One odd value anywhere raises nothing, and all that is found is in the repository."""
    document = json.loads(json.dumps(WHOLE))
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with tempfile.TemporaryDirectory() as folder:
        files = {"cdk.out/manifest.json": document, "cdk.out/Audit.template.json": TEMPLATE}
        found = assembly(Path(folder), files)
        for deployment in found.deployments:
            deployment.constructs.find("Trail", "")
        for named in (*found.files, *found.directories):
            assert ".." not in named.split("/")
            assert not named.startswith("/")
