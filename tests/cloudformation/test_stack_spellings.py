"""Laws between spellings of a stack: what says the same has the same verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from cloudformation.spellings import SPELLINGS, plain
from terraform.chains import Chain, verdicts, write
from terraform.chains import plain as in_terraform
from terraform.test_spellings import CHAINS

if TYPE_CHECKING:
    from collections.abc import Callable

laws = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda spelling: spelling.__name__)
@laws
@given(chain=CHAINS)
def test_spellings_agree(
    tmp_path_factory: pytest.TempPathFactory,
    spelling: Callable[[Chain], dict[str, str]],
    chain: Chain,
) -> None:
    """Long forms, tags, joins, parameters, mappings, loops, policies apart: one meaning."""
    first = write(tmp_path_factory.mktemp("plain"), plain(chain))
    other = write(tmp_path_factory.mktemp("other"), spelling(chain))
    assert verdicts(other) == verdicts(first)


@laws
@given(chain=CHAINS)
def test_both_dialects_agree(tmp_path_factory: pytest.TempPathFactory, chain: Chain) -> None:
    """A stack has the verdicts of its twin in Terraform."""
    first = write(tmp_path_factory.mktemp("terraform"), in_terraform(chain))
    other = write(tmp_path_factory.mktemp("cloudformation"), plain(chain))
    assert verdicts(other) == verdicts(first)
