"""What the bytes of directories tell before anything is parsed."""

from __future__ import annotations

import pytest

from terraform.configurations import in_memory
from trailcheck.discover import may_hold
from trailcheck.terraform.looks import Looks, local_directory

CALL = 'module "m" {\n  source = "%s"\n}\n'
TRAIL = 'resource "aws_cloudtrail" "t" {\n}\n'


@pytest.mark.parametrize(
    ("directory", "source", "expected"),
    [
        (".", "./m", "m"),
        ("a", "./m", "a/m"),
        ("a/b", "../m", "a/m"),
        ("a", "..", "."),
        ("a", "../", "."),
        (".", "./", "."),
        (".", "./x//y", "x/y"),
        ("a", "..//x", "x"),
        ("a", "./../a/./b", "a/b"),
        (".", "../m", None),
        ("a", "../../m", None),
        (".", "m", None),
        (".", "terraform-aws-modules/x/aws", None),
        (".", "git::https://example.com/x.git", None),
        (".", "/etc", None),
        (".", "~/m", None),
        (".", None, None),
        (".", "...", None),
    ],
)
def test_local_sources(directory: str, source: str | None, expected: str | None) -> None:
    """A local source begins with `./` or `../`, and leads nowhere outside the repository."""
    assert local_directory(directory, source) == expected


def _looks(files: dict[str, str]) -> Looks:
    return Looks(in_memory(files), may_hold)


def test_a_root_reaches_the_trails_of_its_modules() -> None:
    """Module calls are followed at any depth, circles too."""
    files = {
        "main.tf": CALL % "./a",
        "a/main.tf": CALL % "../b",
        "b/main.tf": CALL % "../a" + TRAIL,
        "c/main.tf": CALL % "../d",
        "d/main.tf": "",
    }
    looks = _looks(files)
    assert looks.reaches_trail(".")
    assert not looks.reaches_trail("c")
    assert looks.roots([".", "a", "b", "c", "d"], []) == [".", "c"]


def test_a_called_directory_is_a_root_when_named() -> None:
    """What the caller names is a root, whoever calls it."""
    files = {"main.tf": CALL % "./a", "a/main.tf": TRAIL}
    assert _looks(files).roots([".", "a"], ["a"]) == [".", "a"]


def test_modules_that_call_one_another_lose_no_trail() -> None:
    """A circle has no root of its own; one is made where a trail would be lost."""
    files = {"a/main.tf": CALL % "../b", "b/main.tf": CALL % "../a" + TRAIL}
    assert _looks(files).roots(["a", "b"], []) == ["b"]


def test_files_of_opentofu_take_the_place_of_their_twins() -> None:
    """`x.tofu` is read instead of `x.tf`."""
    files = {"x.tf": "", "x.tofu": "", "y.tf": ""}
    assert _looks(files).look(".").files == ("x.tofu", "y.tf")


@pytest.mark.parametrize(
    "text",
    [
        'module "m" {\n  source = "./m"\n}\n',
        'module "m" {\n  source="./m"\n}\n',
        'module "m" {\n  source   =   "./m" # here\n}\n',
        'module m {\n  count = 1\n  source = "./m"\n}\n',
        '{"module": {"m": {"source": "./m"}}}',
        '{"module":{"m":{"source"  :  "./m"}}}',
    ],
)
def test_calls_are_found_in_every_spelling(text: str) -> None:
    """The search for `source` over-approximates: no spelling of a call is missed."""
    name = "main.tf.json" if text.startswith("{") else "main.tf"
    assert _looks({name: text, "m/main.tf": TRAIL}).reaches_trail(".")
