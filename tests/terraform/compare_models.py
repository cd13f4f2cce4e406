"""Models of public modules against the real ones, where clones of their repositories are at hand.

Not part of the suite, which needs nothing from outside: name the file to run it.

    TRAILCHECK_MODULES=FOLDER python -m pytest tests/terraform/compare_models.py

FOLDER holds clones, each called OWNER+REPOSITORY.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from model_calls import AROUND, CALLS
from test_models import NAMES, RELEASES, call, page, report, summary

from trailcheck.repository import Repository
from trailcheck.source import Source
from trailcheck.terraform import addresses, models, syntax
from trailcheck.terraform.config import literal_text

CLONES = os.environ["TRAILCHECK_MODULES"]


@pytest.mark.parametrize("release", RELEASES, ids=NAMES)
def test_a_model_was_checked_against_these_sources(release: models.Release) -> None:
    """The digests in its header are those of the module's files."""
    for version, said in models.digests(release).items():
        inside = release.module.partition("//")[2]
        found = page.files_at(page.clone_of(release, Path(CLONES)), version, inside)
        assert page.digest(found) == said, version


@pytest.mark.parametrize(
    ("module", "version", "arguments", "beside"),
    [
        pytest.param(r.module, version, arguments, beside, id=f"{r.module} {version} {n}")
        for r in RELEASES
        for version in models.digests(r)
        for n, (arguments, beside) in enumerate(CALLS.get(r.module, ()))
    ],
)
def test_a_model_decides_as_the_module_does(
    tmp_path: Path, module: str, version: str, arguments: str, beside: str
) -> None:
    """The real source, as `terraform init` leaves it, gives the same trails, facts and outcomes."""
    text = AROUND + call(module, version, arguments, beside)
    modelled = report(tmp_path / "modelled", text)
    if modelled.trails:
        assert any("by the model of" in a for a in modelled.assumptions)
    real = tmp_path / "real"
    entries: list[dict[str, str]] = [{"Key": "", "Source": "", "Dir": "."}]
    _install(real, "m", module, version, entries)
    (real / ".terraform/modules/modules.json").write_text(json.dumps({"Modules": entries}))
    said = report(real, text)
    assert not [a for a in said.assumptions if "model of" in a], said.assumptions
    assert summary(modelled) == summary(said)


def _install(
    root: Path, key: str, source: str, version: str, entries: list[dict[str, str]]
) -> None:
    """Put a module and all that it calls where `terraform init` puts them."""
    address = addresses.parse(source)
    assert address is not None
    package, _, inside = address.module.partition("//")
    namespace, name, provider = package.split("/")
    clone = Path(CLONES) / f"{namespace}+terraform-{provider}-{name}"
    if not clone.exists():
        return
    target = root / ".terraform/modules" / key
    if not target.exists():
        target.mkdir(parents=True)
        tags = subprocess.run(
            ["git", "-C", clone, "tag", "-l", version, f"v{version}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        archive = subprocess.run(
            ["git", "-C", clone, "archive", tags[-1]], check=True, capture_output=True
        ).stdout
        subprocess.run(["tar", "-x", "-C", target], input=archive, check=True)
    where = f".terraform/modules/{key}" + (f"/{inside}" if inside else "")
    entries.append({"Key": key, "Source": source, "Version": version, "Dir": where})
    _calls(root, key, where, entries)


def _calls(root: Path, key: str, where: str, entries: list[dict[str, str]]) -> None:
    repository = Repository(str(root))
    for path in sorted((root / where).glob("*.tf")):
        source = repository.source(str(path.relative_to(root)))
        assert isinstance(source, Source)
        for block in syntax.parse(source).body.blocks:
            if block.type != "module":
                continue
            said = literal_text(block.body.arguments["source"].expression) or ""
            below = f"{key}.{block.labels[0]}"
            if said.startswith("."):
                _calls(root, below, os.path.normpath(os.path.join(where, said)), entries)
                continue
            pinned = block.body.argument("version")
            version = literal_text(pinned.expression) if pinned is not None else None
            address = addresses.parse(said)
            ref = address.ref.rsplit("/", 1)[-1] if address is not None and address.ref else ""
            if address is not None and (version or ref):
                _install(root, below, said, (version or ref).lstrip("v"), entries)
