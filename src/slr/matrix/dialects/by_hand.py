"""The platforms that are searched by hand; one is added by a file beside this one and its line here."""

from __future__ import annotations

from slr.matrix.dialects.ebsco import EBSCO
from slr.matrix.dialects.emerald import EMERALD
from slr.matrix.dialects.google_scholar import GOOGLE_SCHOLAR
from slr.matrix.dialects.platform import Platform
from slr.matrix.dialects.proquest import PROQUEST
from slr.matrix.dialects.sciencedirect import SCIENCEDIRECT
from slr.matrix.dialects.scopus import SCOPUS
from slr.matrix.dialects.web_of_science import WEB_OF_SCIENCE

PLATFORMS: tuple[Platform, ...] = (
    EBSCO,
    SCIENCEDIRECT,
    EMERALD,
    GOOGLE_SCHOLAR,
    SCOPUS,
    WEB_OF_SCIENCE,
    PROQUEST,
)
BY_NAME = {platform.name: platform for platform in PLATFORMS}
