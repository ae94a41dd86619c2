"""How a field of two records compares, for many pairs at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAME, OTHER, UNKNOWN, TURNED = 1, 0, -1, 2
"""Both state it and agree, both state it and differ, one of them lacks it; lists with the same names in other order."""


@dataclass(frozen=True, slots=True)
class State:
    """Per pair SAME, OTHER, UNKNOWN or TURNED."""

    codes: NDArray[np.int8]

    def _is(self, code: int) -> NDArray[np.bool_]:
        return np.asarray(self.codes == code, np.bool_)

    @property
    def same(self) -> NDArray[np.bool_]:
        """Both state it and agree."""
        return self._is(SAME)

    @property
    def other(self) -> NDArray[np.bool_]:
        """Both state it and differ."""
        return self._is(OTHER)

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """One of them lacks it, or it cannot be told."""
        return self._is(UNKNOWN)

    @property
    def turned(self) -> NDArray[np.bool_]:
        """The same names stand in another order."""
        return self._is(TURNED)
