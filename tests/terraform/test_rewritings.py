"""Laws between spellings, on random wirings: what says the same has the same verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from terraform.chains import verdicts, write
from terraform.rewritings import LAYOUTS, REWRITINGS, Rewriting, as_it_is
from terraform.wirings import Configuration, wirings

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn

    Layout = Callable[[Configuration, DrawFn], dict[str, str]]

LAW = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _agree(
    folders: pytest.TempPathFactory,
    wiring: Configuration,
    files: dict[str, str],
    data: st.DataObject,
) -> None:
    first = as_it_is(wiring, data.draw)
    assume(files != first)
    expected = verdicts(write(folders.mktemp("first"), first))
    assert verdicts(write(folders.mktemp("other"), files)) == expected, (first, files)


@pytest.mark.parametrize("rewriting", REWRITINGS)
@settings(LAW, max_examples=6)
@given(wiring=wirings(), data=st.data())
def test_another_spelling_means_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    rewriting: Rewriting,
    wiring: Configuration,
    data: st.DataObject,
) -> None:
    """Locals, defaults, count, for_each, documents, names, dynamic blocks, overrides."""
    _agree(tmp_path_factory, wiring, as_it_is(rewriting(wiring, data.draw), data.draw), data)


@pytest.mark.parametrize("layout", LAYOUTS[1:])
@settings(LAW, max_examples=6)
@given(wiring=wirings(), data=st.data())
def test_another_layout_means_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    layout: Layout,
    wiring: Configuration,
    data: st.DataObject,
) -> None:
    """Files, their order and syntax, and modules around any part of it."""
    _agree(tmp_path_factory, wiring, layout(wiring, data.draw), data)


@settings(LAW, max_examples=20)
@given(
    wiring=wirings(),
    rewritings=st.lists(st.sampled_from(REWRITINGS), min_size=2, max_size=5),
    layout=st.sampled_from(LAYOUTS),
    data=st.data(),
)
def test_laws_hold_one_after_the_other(
    tmp_path_factory: pytest.TempPathFactory,
    wiring: Configuration,
    rewritings: list[Rewriting],
    layout: Layout,
    data: st.DataObject,
) -> None:
    """Any of them, in any order, mean the same still."""
    other = wiring
    for rewriting in rewritings:
        other = rewriting(other, data.draw)
    _agree(tmp_path_factory, wiring, layout(other, data.draw), data)
