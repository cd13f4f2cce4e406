"""Sharing work changes when it is done, and nothing else."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from trailcheck import workers
from trailcheck.discover import may_hold
from trailcheck.repository import Repository
from trailcheck.terraform.looks import Looks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

needs_copies = pytest.mark.skipif(not hasattr(os, "fork"), reason="no copies of a process here")


@pytest.fixture(autouse=True)
def cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Share among three, whatever the machine has."""
    monkeypatch.setattr(workers, "_cores", lambda: 3)


def _doubled(part: Sequence[str]) -> list[str]:
    return [item * 2 for item in part]


@needs_copies
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7, 100])
def test_every_part_is_answered_in_order(count: int) -> None:
    """However the items fall into parts."""
    items = [str(number) for number in range(count)]
    found = [answer for part in workers.shared(_doubled, items) for answer in part]
    assert found == _doubled(items)


@needs_copies
def test_the_parts_are_worked_on_by_processes_of_their_own() -> None:
    """Else it would only look like sharing."""
    assert len(set(workers.shared(lambda _part: os.getpid(), ["a", "b", "c"]))) == 3


@needs_copies
def test_an_answer_longer_than_a_pipe_holds_arrives() -> None:
    """A worker that has to wait until somebody reads is no worker that is stuck."""
    size = 3_000_000
    found = list(workers.shared(lambda part: part[0] * size, ["a", "b"]))
    assert found == ["a" * size, "b" * size]


@needs_copies
def test_what_a_worker_does_not_answer_is_computed_here() -> None:
    """A worker that is killed costs time, and no answer."""
    here = os.getpid()

    def work(part: Sequence[str]) -> list[str]:
        if os.getpid() != here:
            os.kill(os.getpid(), 9)
        return _doubled(part)

    assert list(workers.shared(work, ["a", "b", "c"])) == [["aa"], ["bb"], ["cc"]]


@needs_copies
def test_an_error_in_a_worker_is_raised_here() -> None:
    """It is found again, where it can be seen."""

    def work(part: Sequence[str]) -> list[str]:
        if part == ["b"]:
            raise ValueError(part[0])
        return _doubled(part)

    with pytest.raises(ValueError, match="b"):
        list(workers.shared(work, ["a", "b", "c"]))


@needs_copies
def test_nothing_is_left_of_workers_that_nobody_waits_for() -> None:
    """Stopping early ends them."""
    answers = workers.shared(lambda part: part[0] * 3_000_000, ["a", "b", "c"])
    next(answers)
    answers.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_process_with_threads_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another thread has locked would stay locked in the copy."""
    monkeypatch.undo()
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert workers._cores() == 1
    finally:
        done.set()
        other.join()


def test_a_survey_finds_what_each_look_finds(tmp_path: Path) -> None:
    """Modules, calls and trails are the same, however many processes look."""
    for number in range(7):
        folder = tmp_path / f"m{number}"
        folder.mkdir()
        trail = 'resource "aws_cloudtrail" "t" {}\n' if number == 5 else ""
        call = f'module "m" {{\n  source = "../m{number + 1}"\n}}\n'
        far = 'module "f" {\n  source = "a/cloudtrail/aws"\n}\n' if number == 3 else ""
        (folder / "main.tf").write_text(trail + call + far)
    directories = [f"m{number}" for number in range(7)]
    surveyed, alone = (Looks(Repository(str(tmp_path)), may_hold) for _ in range(2))
    surveyed.survey(directories)
    assert surveyed._looks == {name: alone.look(name) for name in directories}
    assert surveyed.look("m5").holds_trail
