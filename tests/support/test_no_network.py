"""The guard against the network works, and lets this machine through."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.support.guard import refuse_network
from tests.support.guard.refuse_network import NetworkRefused, is_here
from tests.support.http_server import serving

OUTSIDE = [
    lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
    lambda: socket.getaddrinfo("api.openalex.org", 443),
    lambda: socket.gethostbyname("example.org"),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
    lambda: requests.get("http://example.org/", timeout=1),
    lambda: requests.get("http://[2001:db8::1]/", timeout=1),
]


@pytest.fixture
def forgiven() -> object:
    """Take back the attempts this test makes on purpose, so that the guard does not fail it."""
    before = len(refuse_network.attempts)
    yield
    del refuse_network.attempts[before:]


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("leave", OUTSIDE)
def test_every_way_out_is_refused_with_what_to_do_instead(leave: object, forgiven: object) -> None:
    before = len(refuse_network.attempts)
    with pytest.raises(NetworkRefused, match=r"may not use the network.*http_server"):
        leave()  # type: ignore[operator]
    assert len(refuse_network.attempts) == before + 1


def test_this_machine_is_let_through() -> None:
    with serving(lambda asked: {"path": asked.path}) as base:
        for name in ("127.0.0.1", "localhost"):
            with requests.get(base.replace("127.0.0.1", name) + "/x", timeout=5) as reply:
                assert reply.json() == {"path": "/x"}


@pytest.mark.parametrize("host", [None, "", "localhost", b"127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::1%lo"])
def test_names_of_this_machine_are_known(host: object) -> None:
    assert is_here(host)


@pytest.mark.parametrize(
    "host", ["example.org", "10.0.0.1", "169.254.169.254", "localhost.example.org", "2001:db8::1", b"\xff"]
)
def test_every_other_name_is_somewhere_else(host: object) -> None:
    assert not is_here(host)


SWALLOWING = """
import contextlib, socket

def test_swallows():
    with contextlib.suppress(Exception):
        socket.getaddrinfo("example.org", 80)

def test_stays_here():
    pass
"""


def test_a_test_whose_code_swallows_the_refusal_fails_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.support.no_network"]')
    (tmp_path / "test_swallowing.py").write_text(SWALLOWING)
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", str(tmp_path)]
    path = {"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=path, cwd=tmp_path)
    assert "tried to use the network: socket.getaddrinfo example.org" in done.stdout
    assert "ERROR test_swallowing.py::test_swallows" in done.stdout
    assert "test_stays_here" not in done.stdout
    assert done.returncode == 1


def test_python_started_by_a_test_is_guarded_too() -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "NetworkRefused" in done.stderr
