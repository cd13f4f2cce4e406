"""Blocks about the state, and ephemeral values: what Terraform refuses of them, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from terraform.chains import Chain, plain, write
from trailcheck import scan

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import Report

REFUSED = "Terraform would refuse this: "


def _report(folder: Path, more: str, old: str = "", new: str = "") -> Report:
    text = plain(Chain())["main.tf"].replace(old, new) if old else plain(Chain())["main.tf"]
    return scan([write(folder, {"main.tf": text + more})])


def _moved(*moves: tuple[str, str]) -> str:
    return "".join(f"moved {{\n  from = {old}\n  to   = {new}\n}}\n" for old, new in moves)


T, A, B = "aws_cloudtrail.t", "aws_cloudtrail.a", "aws_cloudtrail.b"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_moved((A, A)), f"{A} is moved to itself"),
        (_moved((A, B), (B, A)), f"{B} is moved in a circle"),
        (_moved((A, B), (A, T)), f"of {A} and {T} other moves say something else"),
        (_moved((A, T), (B, T)), f"of {B} and {T} other moves say something else"),
        (_moved((T, A)), f"{T} is moved and still declared"),
        (f"moved {{\n  from = {A}\n}}\n", "moved lacks the argument to"),
        (f"removed {{\n  from = {T}\n}}\n", f"{T} is removed and still declared"),
        (
            f"removed {{\n  from = {A}[0]\n}}\n",
            f"{A}[0] is one instance, and only all can be removed",
        ),
        ("removed {\n}\n", "removed lacks the argument from"),
        ('import {\n  id = "x"\n}\n', "import lacks the argument to"),
        ('check "c" {\n}\n', "a check asserts nothing"),
        (f"import {{\n  to = {T}\n}}\n", "import lacks the argument id"),
        (f'import {{\n  to = {T}\n  id = ""\n}}\n', "the id of an import is empty"),
        (f"import {{\n  to = {T}\n  id = null\n}}\n", "the id of an import is empty"),
        (
            'import {\n  to = data.aws_region.r\n  id = "x"\n}\ndata "aws_region" "r" {\n}\n',
            "data.aws_region.r is no resource, and cannot be imported",
        ),
        (2 * f'import {{\n  to = {T}\n  id = "t"\n}}\n', f"{T} is imported twice"),
    ],
)
def test_what_terraform_refuses_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """Each was refused by Terraform 1.11; nothing passes in a module that has one."""
    report = _report(tmp_path, text)
    assert [d.summary for d in report.diagnostics] == [REFUSED + said]
    assert report.trails[0].integrated is None


@pytest.mark.parametrize(
    "text",
    [
        _moved((A, B), (B, T)),
        _moved((T, f"{T}[0]")),
        _moved((f"{T}[0]", T)),
        _moved(("module.a", "module.b")),
        f"removed {{\n  from = {A}\n}}\n",
        f"removed {{\n  from = {A}\n  lifecycle {{\n    destroy = false\n  }}\n}}\n",
        f'import {{\n  to = {T}\n  id = "t"\n}}\n',
        'check "c" {\n  assert {\n    condition = false\n    error_message = "no"\n  }\n}\n',
    ],
)
def test_what_terraform_accepts_changes_nothing(tmp_path: Path, text: str) -> None:
    """What the state was before, and a check that fails, decide nothing of what will be."""
    report = _report(tmp_path, text)
    assert not report.diagnostics
    assert report.trails[0].integrated is True


EPHEMERAL = 'variable "x" {\n  default   = 400\n  ephemeral = true\n}\n'


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("var.x", None),
        ('tonumber("${var.x}")', None),
        ("ephemeralasnull(var.x) == null ? 400 : 7", True),
        ("ephemeralasnull(400)", True),
    ],
)
def test_no_resource_holds_what_is_ephemeral(
    tmp_path: Path, days: str, *, expected: bool | None
) -> None:
    """Terraform refuses it in every argument that is kept, and makes null of it if asked to."""
    report = _report(tmp_path, EPHEMERAL, "= 400\n}", f"= {days}\n}}")
    assert report.trails[0].integrated is expected


def test_a_provider_may_hold_what_is_ephemeral(tmp_path: Path) -> None:
    """Its Region is then the one of the deployment, as without code that says it."""
    report = _report(tmp_path, EPHEMERAL + 'provider "aws" {\n  region = var.x\n}\n')
    assert report.trails[0].integrated is True


@pytest.mark.parametrize("head", ["", "  count  = 0\n"])
def test_a_module_that_is_called_imports_nothing(tmp_path: Path, head: str) -> None:
    """Also where no instance of it is made; the same directory may be a root of its own."""
    imported = (
        'resource "aws_sns_topic" "x" {\n}\nimport {\n  to = aws_sns_topic.x\n  id = "x"\n}\n'
    )
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(imported)
    report = _report(tmp_path, f'module "m" {{\n{head}  source = "./m"\n}}\n')
    said = "an import stands in a module that is called"
    assert [d.summary for d in report.diagnostics] == [REFUSED + said]
    assert report.trails[0].integrated is None
    (tmp_path / "alone").mkdir()
    assert _report(tmp_path / "alone", imported).trails[0].integrated is True


def test_instances_are_imported_one_by_one(tmp_path: Path) -> None:
    """Keys tell them apart, and nobody knows what a key that is computed comes to."""
    text = "".join(
        f'import {{\n  to = aws_sns_topic.x[{key}]\n  id = "x"\n}}\n'
        for key in ("0", "1", "local.i", "local.j")
    )
    text += 'resource "aws_sns_topic" "x" {\n  count = 9\n}\nlocals {\n  i = 2\n  j = 3\n}\n'
    report = _report(tmp_path, text)
    assert report.trails[0].integrated is True
