"""Work that every core of the machine takes a share of.

A worker is a copy of this process that computes and answers through a pipe. It is worth a few
milliseconds, so only long lists are shared. What a worker does not answer is computed here: one
that is killed, or finds no memory, changes nothing but the time.
"""

from __future__ import annotations

import marshal
import os
import signal
import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")

_MOST = 4
"""Cores that are used: more of them wait for the same disk."""
_WHOLE = b"whole"
"""What an answer ends with: a worker that is stopped half-way has not said it."""


def shared(work: Callable[[Sequence[str]], T], items: Sequence[str]) -> Iterator[T]:
    """Yield what `work` answers for each part of `items`, which together are all of them, in order.

    The answers are plain data, such as `marshal` takes.
    """
    size = max(1, -(-len(items) // _cores()))
    parts = [items[at : at + size] for at in range(0, len(items), size)]
    # NOTE: the first part is worked on here, meanwhile.
    started = [_start(work, part) if at else None for at, part in enumerate(parts)]
    try:
        for part, worker in zip(parts, started, strict=True):
            answer = _answer(worker) if worker is not None else None
            yield work(part) if answer is None else marshal.loads(answer)  # noqa: S302 - our own
    finally:
        for worker in started:
            if worker is not None:
                worker.end()


class _Worker:
    """A process that was started, and the end of the pipe that it answers into."""

    __slots__ = ("pipe", "process")

    def __init__(self, process: int, pipe: int) -> None:
        self.process = process
        self.pipe = pipe

    def end(self) -> None:
        """Leave nothing of the worker behind, even if nobody wants its answer any more."""
        os.kill(self.process, signal.SIGKILL)
        os.close(self.pipe)
        os.waitpid(self.process, 0)


def _cores() -> int:
    """Return how many cores this process may share its work among."""
    # NOTE: only Linux copies a process without a thought for what its libraries hold; and a copy
    # has one thread, so the locks of the others would never be released.
    if sys.platform != "linux":
        return 1
    threading = sys.modules.get("threading")
    if threading is not None and threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), _MOST)


def _start(work: Callable[[Sequence[str]], T], part: Sequence[str]) -> _Worker | None:
    try:
        receiving, sending = os.pipe()
    except OSError:
        return None
    try:
        process = os.fork()
    except OSError:
        os.close(receiving)
        os.close(sending)
        return None
    if process:
        os.close(sending)
        return _Worker(process, receiving)
    try:
        os.close(receiving)
        with open(sending, "wb") as pipe:
            marshal.dump(work(part), pipe)  # type: ignore[arg-type]  # the caller's word
            pipe.write(_WHOLE)
    finally:
        os._exit(0)  # It flushes nothing, raises nothing, and runs nothing that is registered.


def _answer(worker: _Worker) -> bytes | None:
    """Return what a worker answered, once it has; None if it did not come to its end."""
    data = bytearray()
    while chunk := os.read(worker.pipe, 1 << 20):
        data += chunk
    return bytes(data.removesuffix(_WHOLE)) if data.endswith(_WHOLE) else None
