"""Plans that are none, or not whole: a diagnostic, never a crash and never a pass."""

from __future__ import annotations

import copy
import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terraform.plan_samples import CONFIGURATION, applied, fresh, only, scanned
from trailcheck import repository
from trailcheck.terraform.plan.sniff import is_plan, starts_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Step = tuple[str | int, ...]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"1.2"', '"2.0"', "a plan in format 2.0"),
        ('{"name":"t"', '{"name":t', "not valid JSON"),
        ('{"name":"t"', '{"name":' + "[" * 100_000, "nested too deeply"),
        ('{"name":"t"', '{"n":' + "9" * 5000 + ',"name":"t"', "not valid JSON"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    """An unknown format, broken JSON and absurd nesting are diagnostics, and no trail passes."""
    text = applied().text.replace(old, new, 1)
    report = scanned(tmp_path, plan__json=text)
    assert not report.trails
    assert [said in d.summary for d in report.diagnostics] == [True]


def test_modules_nested_thousands_deep_end(tmp_path: Path) -> None:
    """A tower of modules is read or refused, in bounded time."""
    front = ""
    address = ""
    for n in range(5000):
        address = f"{address}.module.m" if n else "module.m"
        front += '{"address":"m","child_modules":['
    text = applied().text.replace(
        '{"resources":[', '{"child_modules":[' + front + "]}" * 5000 + '],"resources":[', 1
    )
    report = scanned(tmp_path, plan__json=text)
    assert all(t.integrated is not None for t in report.trails)
    assert report.trails or report.diagnostics


@pytest.mark.parametrize("flag", [{"complete": False}, {"errored": True}])
def test_nothing_passes_in_a_plan_that_is_not_whole(tmp_path: Path, flag: dict[str, bool]) -> None:
    """What `-target` leaves out may be what denies the delivery."""
    plan = applied()
    plan.document.update(flag)
    report = scanned(tmp_path, plan__json=plan.text)
    assert only(report).integrated is None
    assert ["not complete" in d.summary for d in report.diagnostics] == [True]


def test_nothing_passes_without_the_configuration(tmp_path: Path) -> None:
    """Whether policies are stated exclusively is in the configuration alone."""
    plan = applied()
    del plan.document["configuration"]
    assert only(scanned(tmp_path, plan__json=plan.text)).integrated is None


def test_other_json_is_no_plan(tmp_path: Path) -> None:
    """The words of a plan in other JSON make no plan of it, and a template stays a template."""
    template = {
        "format_version": "1.0",
        "planned_values": {},
        "Resources": {
            "Trail": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {"S3BucketName": "aws_cloudtrail", "IsLogging": True},
            }
        },
    }
    notes = {"a": {"planned_values": 1}, "format_version": "1.0", "b": "aws_cloudtrail"}
    report = scanned(
        tmp_path, ".", template__json=json.dumps(template), notes__json=json.dumps(notes)
    )
    assert [t.root for t in report.trails] == ["template.json"]


def test_plans_in_utf_16_are_read(tmp_path: Path) -> None:
    """PowerShell writes what a command prints in UTF-16."""
    report = scanned(tmp_path, plan__json=applied().text.encode("utf-16"))
    assert only(report).integrated is True


def test_plans_may_be_larger_than_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large plan is known by its first bytes; other large files are not read."""
    read = repository.Repository.read
    monkeypatch.setattr(repository.Repository.read, "__kwdefaults__", {"most": 100, "size": None})
    assert read is repository.Repository.read
    report = scanned(tmp_path, ".", plan__json=applied().text, other__json="[" + " " * 200 + "]")
    assert only(report).integrated is True
    assert ["too large" in d.summary for d in report.diagnostics] == [True]


def test_plans_are_told_by_their_bytes() -> None:
    """Both keys are needed, and an object; a state has no planned values."""
    assert is_plan(b'{"format_version":"1.2","planned_values":{}}')
    assert not is_plan(b'{"format_version":"1.0","values":{}}')
    assert not is_plan(b'["format_version","planned_values"]')
    assert starts_plan(b' {"applyable":true,')
    assert not starts_plan(b'{"a":1,')


def _steps(node: Any, at: Step = ()) -> Iterator[Step]:  # noqa: ANN401 - any JSON
    yield at
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from _steps(value, (*at, key))
        else:
            yield (*at, key)


_JUNK = st.sampled_from(
    [
        None,
        True,
        0,
        -1.5,
        10**30,
        "",
        "aws_cloudtrail",
        [],
        {},
        [[]],
        [None, 1],
        {"references": [1, None, "a..b", "module.", "data.x", "each.value", "[", "var."]},
        {"references": ["aws_cloudtrail.t.cloud_watch_logs_group_arn"]},
        {"constant_value": {}},
        {"address": "x", "type": "y", "provider_name": "z"},
    ]
)
_PLACES = {"applied": list(_steps(applied().document)), "fresh": list(_steps(fresh().document))}


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from(["applied", "fresh"]),
    st.lists(st.tuples(st.integers(0, 10**6), _JUNK), min_size=1, max_size=4),
    st.booleans(),
)
def test_wrong_shapes_never_crash(
    tmp_path: Path,
    which: str,
    changes: list[tuple[int, Any]],
    beside: bool,  # noqa: FBT001
) -> None:
    """Anything may stand anywhere: the scan ends, and no rule crashes."""
    document = copy.deepcopy((applied() if which == "applied" else fresh()).document)
    places = _PLACES[which]
    for number, junk in changes:
        place = places[number % len(places)]
        try:
            node: Any = document
            for key in place[:-1]:
                node = node[key]
            if place:
                node[place[-1]] = copy.deepcopy(junk)
        except (KeyError, IndexError, TypeError):
            continue
    source = CONFIGURATION if beside else "\n"
    report = scanned(tmp_path, plan__json=json.dumps(document), main__tf=source)
    assert not [d for d in report.diagnostics if "crash" in d.summary]


def test_the_order_of_keys_does_not_matter(tmp_path: Path) -> None:
    """A plan whose keys are shuffled says the same."""
    generator = random.Random(7)  # noqa: S311 - no secret

    def shuffled(node: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(node, dict):
            items = list(node.items())
            generator.shuffle(items)
            return {key: shuffled(value) for key, value in items}
        return [shuffled(item) for item in node] if isinstance(node, list) else node

    text = json.dumps(shuffled(fresh().document))
    trail = only(scanned(tmp_path, plan__json=text, main__tf=CONFIGURATION))
    assert trail.integrated is True
