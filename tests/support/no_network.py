"""The guard: a test that looks up or contacts anything but this machine fails, in this process and its children.

It rests on Python's audit events, which every socket of Python raises whatever library opened it. The attempt is
refused on the spot, and the test fails at its end even if the code under test swallowed the refusal. Python children
load the same guard through ``guard/sitecustomize.py`` on PYTHONPATH; there the refusal is an error of the child.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.guard import refuse_network

GUARD = Path(refuse_network.__file__).parent


def pytest_configure() -> None:
    """Refuse from the start, also while test modules are imported."""
    refuse_network.install()
    known = os.environ.get("PYTHONPATH", "")
    if str(GUARD) not in known.split(os.pathsep):
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(GUARD), known]))


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Fail the test that tried, whatever became of the refusal."""
    before = len(refuse_network.attempts)
    yield
    tried = refuse_network.attempts[before:]
    assert not tried, f"this test tried to use the network: {', '.join(tried)}"
