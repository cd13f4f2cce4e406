"""Laws between spellings: what says the same has the same verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terraform.chains import SPELLINGS, Chain, plain, verdicts, write
from trailcheck import scan
from trailcheck.discover import TRAIL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHAINS = st.builds(
    Chain,
    st.sampled_from(["cloudtrail.amazonaws.com", "ec2.amazonaws.com"]),
    st.sampled_from(
        [("logs:CreateLogStream", "logs:PutLogEvents"), ("logs:PutLogEvents",), ("logs:*",)]
    ),
    st.sampled_from([":*", "", ":*:*"]),
    st.sampled_from([0, 7, 400]),
    st.booleans(),
)


def test_the_sound_chain_is_integrated(tmp_path: Path) -> None:
    """The chain that the laws start from works."""
    assert verdicts(write(tmp_path, plain(Chain())))[0] == [True]


@pytest.mark.parametrize(
    "chain",
    [
        Chain(service="ec2.amazonaws.com"),
        Chain(actions=("logs:PutLogEvents",)),
        Chain(suffix=""),
        Chain(days=7),
        Chain(logging=False),
    ],
)
def test_each_broken_link_breaks_the_chain(tmp_path: Path, chain: Chain) -> None:
    """Any one link broken, and the trail is not integrated."""
    assert verdicts(write(tmp_path, plain(chain)))[0] == [False]


@pytest.mark.parametrize("spelling", SPELLINGS)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(chain=CHAINS)
def test_spellings_agree(
    tmp_path_factory: pytest.TempPathFactory,
    spelling: Callable[[Chain], dict[str, str]],
    chain: Chain,
) -> None:
    """Locals, modules, count, for_each, heredocs, documents, JSON, overrides: one meaning."""
    first = write(tmp_path_factory.mktemp("plain"), plain(chain))
    other = write(tmp_path_factory.mktemp("other"), spelling(chain))
    assert verdicts(other) == verdicts(first)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(chain=CHAINS, spelling=st.sampled_from(SPELLINGS))
def test_skipping_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    chain: Chain,
    spelling: Callable[[Chain], dict[str, str]],
) -> None:
    """With every directory taken to hold a trail, and so parsed, the verdicts are the same."""
    files = {
        **spelling(chain),
        "other/main.tf": 'resource "aws_s3_bucket" "b" {\n}\n',
        "library/main.tf": 'variable "x" {\n}\n',
    }
    path = write(tmp_path_factory.mktemp("tree"), files)
    before = verdicts(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(TRAIL, "terraform", b"")
        patch.setattr("trailcheck.pipeline.may_hold", lambda data, word: True)
        assert verdicts(path) == before


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_input_crashes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """A configuration with bytes cut out, put in or doubled is scanned to the end."""
    chain = data.draw(CHAINS)
    files = data.draw(st.sampled_from(SPELLINGS))(chain)
    name = data.draw(st.sampled_from(sorted(files)))
    text = files[name].encode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    middle = data.draw(
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from(
                [b"", b"${", b'"', b"{", b"}", b"[*]", b"null", b"<<E\n", b"\\u", b"%{"]
            ),
            st.just(text[start:end] * 2),
        )
    )
    folder = tmp_path_factory.mktemp("broken")
    path = write(folder, files)
    (folder / name).write_bytes(text[:start] + middle + text[end:])
    report = scan([path])
    assert not [problem for problem in report.diagnostics if "crashed" in problem.summary]


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200), st.sampled_from(["x.tf", "x.tf.json", "terraform.tfvars", "x.tofu"])
)
def test_random_bytes_beside_a_trail(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, name: str
) -> None:
    """The trail is listed, whatever stands beside it."""
    folder = tmp_path_factory.mktemp("junk")
    path = write(folder, plain(Chain()))
    (folder / name).write_bytes(junk)
    assert "aws_cloudtrail.t" in [trail.address for trail in scan([path]).trails]
