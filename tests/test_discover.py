"""Discovery: which files are infrastructure code, which can hold a trail, what is skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trailcheck.discover import Inventory, discover, may_hold
from trailcheck.errors import UsageError
from trailcheck.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  T:\n    Type: %s\n"
TRAIL = TEMPLATE % "AWS::CloudTrail::Trail"


def _discover(tmp_path: Path, files: dict[str, str | bytes], *paths: str) -> Inventory:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return discover(
        Repository(str(tmp_path)), [str(tmp_path / p) for p in paths] or [str(tmp_path)]
    )


def test_code_by_name_and_by_content(tmp_path: Path) -> None:
    """Terraform by its endings, templates by what they say."""
    found = _discover(
        tmp_path,
        {
            "a/main.tf": "",
            "b/x.tf.json": "{}",
            "c/y.tofu": "",
            "t.yaml": TRAIL,
            "t.template": TRAIL,
            "bucket.yaml": TEMPLATE % "AWS::S3::Bucket",
            "k8s.yaml": "kind: Pod",
            "notes.txt": "aws_cloudtrail",
        },
    )
    assert found.modules == ("a", "b", "c")
    assert found.templates == ("t.template", "t.yaml")
    assert found.files_seen == 6


@pytest.mark.parametrize(
    "folder", [".terraform", "node_modules", ".git", ".venv", ".terragrunt-cache", "a/.terraform/b"]
)
def test_folders_of_tools_are_left_out(tmp_path: Path, folder: str) -> None:
    """What tools download is nobody's code."""
    found = _discover(tmp_path, {f"{folder}/main.tf": ""})
    assert found.modules == ()


def test_other_languages_are_named(tmp_path: Path) -> None:
    """Silence would look like proof: what is not read is counted."""
    found = _discover(tmp_path, {"terragrunt.hcl": "", "Pulumi.yaml": "name: x"})
    reasons = " ".join(skipped.reason for skipped in found.skipped(()))
    assert "Terragrunt is not read" in reasons
    assert "Pulumi is not read" in reasons


def test_what_is_named_is_a_root(tmp_path: Path) -> None:
    """A directory on the command line is a root if it holds configuration itself."""
    files = {"a/main.tf": "", "b/c/main.tf": ""}
    assert _discover(tmp_path, dict(files), "a", "b").named == ("a",)
    assert _discover(tmp_path, dict(files), "b/c/main.tf").named == ("b/c",)


def test_a_path_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    """So is one outside the repository, and a pattern without a match."""
    repository = Repository(str(tmp_path))
    for path in (str(tmp_path / "nothing"), "/etc", str(tmp_path / "*.tf")):
        with pytest.raises(UsageError):
            discover(repository, [path])


def test_deep_trees_are_walked(tmp_path: Path) -> None:
    """Nesting of directories is no nesting of calls."""
    folder = "/".join(["d"] * 400)
    assert _discover(tmp_path, {f"{folder}/main.tf": ""}).modules == (folder,)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"aws_cloudtrail", True),
        (b'"aws_cloud\\u0074rail"', True),
        ("aws_cloudtrail".encode("utf-16"), True),
        (b"aws_s3_bucket", False),
        (b"", False),
    ],
)
def test_the_search_over_approximates(data: bytes, expected: bool) -> None:  # noqa: FBT001
    """Escapes and wide encodings may spell anything."""
    assert may_hold(data, b"aws_cloudtrail") is expected
