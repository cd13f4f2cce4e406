"""Reading files: inside the repository, regular, of bounded size, or a diagnostic."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from trailcheck.errors import Diagnostic, UsageError
from trailcheck.repository import LARGEST_FILE, Repository, find_repository
from trailcheck.source import Source

if TYPE_CHECKING:
    from pathlib import Path


def _summary(found: object) -> str:
    assert isinstance(found, Diagnostic)
    return found.summary


def test_only_regular_files_inside_are_read(tmp_path: Path) -> None:
    """Links out, FIFOs, directories, devices and what is not there are diagnostics."""
    inside = tmp_path / "repository"
    inside.mkdir()
    (tmp_path / "outside").write_text("secret")
    (inside / "file").write_text("x")
    (inside / "inner").symlink_to(inside / "file")
    (inside / "out").symlink_to(tmp_path / "outside")
    (inside / "device").symlink_to("/dev/zero")
    (inside / "dangling").symlink_to("nowhere")
    os.mkfifo(inside / "fifo")
    (inside / "folder.tf").mkdir()
    repository = Repository(str(inside))
    assert repository.read("file") == b"x"
    assert repository.read("inner") == b"x"
    for name in ("out", "device", "dangling", "fifo", "folder.tf", "nothing", "a\0b"):
        assert _summary(repository.read(name))


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    """The size is known before a byte is read."""
    with (tmp_path / "big").open("wb") as big:
        big.truncate(LARGEST_FILE + 1)
    assert "too large" in _summary(Repository(str(tmp_path)).read("big"))


def test_text_is_decoded_once(tmp_path: Path) -> None:
    """A file is one source; bytes that are no text are a diagnostic with the line."""
    (tmp_path / "a").write_bytes("é".encode("utf-16"))
    (tmp_path / "b").write_bytes(b"x\n\xff")
    repository = Repository(str(tmp_path))
    first = repository.source("a")
    assert isinstance(first, Source)
    assert first.text == "é"
    assert repository.source("a") is first
    assert "line 2" in _summary(repository.source("b"))


def test_listing(tmp_path: Path) -> None:
    """Names are sorted; what leads out of the repository holds nothing."""
    for name in ("b", "a"):
        (tmp_path / name).write_text("")
    (tmp_path / "d").mkdir()
    (tmp_path / "away").symlink_to("/etc")
    repository = Repository(str(tmp_path))
    assert repository.listing(".").files == ("a", "away", "b")
    assert repository.listing(".").directories == ("d",)
    assert repository.listing("away") == ((), ())
    assert repository.relative("/etc") is None


def test_the_repository_is_the_nearest_ancestor_with_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the working directory if the path is in it, else the path."""
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a")
    assert find_repository((str(below),), None).root == str(tmp_path / "a")
    monkeypatch.chdir("/")
    (tmp_path / "a" / ".git").mkdir()
    assert find_repository((str(below),), None).root == str(tmp_path / "a")
    assert find_repository((str(below),), str(tmp_path)).root == str(tmp_path)
    with pytest.raises(UsageError):
        find_repository((str(below),), str(tmp_path / "nothing"))


def test_terraform_is_read_as_utf_8_only(tmp_path: Path) -> None:
    """Terraform refuses UTF-16, which templates may be written in."""
    for name in ("main.tf", "stack.json"):
        (tmp_path / name).write_bytes("é".encode("utf-16"))
    repository = Repository(str(tmp_path))
    assert isinstance(repository.source("main.tf"), Diagnostic)
    assert isinstance(repository.source("stack.json"), Source)
