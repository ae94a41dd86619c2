"""Running the command line: in this process for its words, or as the real process where that matters."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from slr.cli.main import run
from tests.support.sources import KEY

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "slr.cli.main")


@dataclass(frozen=True)
class Said:
    """An exit code and what was said on standard output and standard error."""

    code: int
    out: str
    err: str


@dataclass
class Terminal:
    """``terminal("plan", "--review", DIR)`` runs a command in this process."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *argv: object) -> Said:
        self.capsys.readouterr()
        code = run([str(word) for word in argv])
        out, err = self.capsys.readouterr()
        assert "Traceback" not in err + out
        return Said(code, out, err)

    def sentence(self, *argv: object, code: int = 1) -> str:
        """The one line of a failure, which leaves standard output alone."""
        said = self(*argv)
        assert said.code == code, said
        assert said.err.startswith("slr: ") and said.err.count("\n") == 1, said.err
        return said.err.strip()


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("OPENALEX_API_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "200")
    return Terminal(capsys)


def process(*argv: object, **more: Any) -> subprocess.Popen[str]:
    """The real process, its output in pipes."""
    environ = {**os.environ, "OPENALEX_API_KEY": KEY, **more.pop("env", {})}
    pipe = subprocess.PIPE
    return subprocess.Popen([*COMMAND, *map(str, argv)], stdout=pipe, stderr=pipe, text=True, env=environ, **more)


def ended(running: subprocess.Popen[str]) -> Said:
    out, err = running.communicate(timeout=60)
    assert "Traceback" not in err + out, err
    return Said(running.returncode, out, err)
