"""The commented files that a new review starts from (packaged beside this module)."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Literal

from slr.config.loader import KNOWN_FILE, REVIEW_FILE, TERMS_FILE
from slr.errors import ReviewError

Template = Literal["report", "empty"]
"""``empty``: a small example to edit; ``report``: the review of resource transfer between industrial clusters."""


def write_starter(folder: Path, template: Template) -> list[Path]:
    """Write the starter files into ``folder`` (made if it is not there) and return their paths.

    Raises:
        ReviewError: one of the files exists already (then nothing is written), or the folder cannot be written.
    """
    source = files("slr.config") / "starter" / template
    paths = [folder / name for name in (TERMS_FILE, REVIEW_FILE, KNOWN_FILE)]
    if existing := [path for path in paths if path.exists() or path.is_symlink()]:
        raise ReviewError(f"{existing[0]} exists already and is not overwritten: name another folder, or move it away.")
    try:
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write((source / path.name).read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReviewError(f"{error.filename or folder} cannot be written: {reason}: name a folder you own.") from error
    return paths
