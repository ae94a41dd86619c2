"""The numbers as ``PRISMA.csv``, the input of the R package PRISMA2020 and of its web application."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

from slr.prisma.lettering import clean
from slr.prisma.numbers import Numbers

COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")

CALL = (
    'PRISMA_flowdiagram(PRISMA_data(read.csv("prisma.csv")), previous={previous}, other={other}, '
    "detail_databases=TRUE, detail_registers=FALSE)"
)
"""What draws the file in R; ``previous`` and ``other`` are TRUE or FALSE."""

_NA = "NA"

# The fixed part of the template's rows (v1.1.4; v1.1.3 lacks the last two): every column but n, parted by bars.
_ROWS = (
    "NA|node4|prevstud|Grey title box; Previous studies|Previous studies|Grey title box; Previous studies|"
    "prevstud.html",
    "previous_studies|node5|box1|Studies included in previous version of review|"
    "Studies included in previous version of review|Studies included in previous version of review|"
    "previous_studies.html",
    "previous_reports|NA|box1|Reports of studies included in previous version of review|"
    "Reports of studies included in previous version of review|NA|previous_reports.html",
    "NA|node6|newstud|Yellow title box; Identification of new studies via databases and registers|"
    "Identification of new studies via databases and registers|"
    "Yellow title box; Identification of new studies via databases and registers|newstud.html",
    "database_results|node7|box2|Records identified from: Databases|Databases|"
    "Records identified from: Databases and Registers|database_results.html",
    "database_specific_results|NA|box2|Records identified from: specific databases|Specific Databases|NA|"
    "database_results.html",
    "register_results|NA|box2|Records identified from: Registers|Registers|NA|NA",
    "register_specific_results|NA|box2|Records identified from: specific registers|Specific Registers|NA|"
    "database_results.html",
    "NA|node16|othstud|Grey title box; Identification of new studies via other methods|"
    "Identification of new studies via other methods|"
    "Grey title box; Identification of new studies via other methods|othstud.html",
    "website_results|node17|box11|Records identified from: Websites|Websites|"
    "Records identified from: Websites, Organisations and Citation Searching|website_results.html",
    "organisation_results||box11|Records identified from: Organisations|Organisations|NA|NA",
    "citations_results|NA|box11|Records identified from: Citation searching|Citation searching|NA|NA",
    "duplicates|node8|box3|Duplicate records|Duplicate records|Duplicate records|duplicates.html",
    "excluded_automatic|NA|box3|Records marked as ineligible by automation tools|"
    "Records marked as ineligible by automation tools|NA|NA",
    "excluded_other|NA|box3|Records removed for other reasons|Records removed for other reasons|NA|NA",
    "records_screened|node9|box4|Records screened (databases and registers)|Records screened|"
    "Records screened (databases and registers)|records_screened.html",
    "records_excluded|node10|box5|Records excluded (databases and registers)|Records excluded|"
    "Records excluded (databases and registers)|records_excluded.html",
    "dbr_sought_reports|node11|box6|Reports sought for retrieval (databases and registers)|"
    "Reports sought for retrieval|Reports sought for retrieval (databases and registers)|dbr_sought_reports.html",
    "dbr_notretrieved_reports|node12|box7|Reports not retrieved (databases and registers)|Reports not retrieved|"
    "Reports not retrieved (databases and registers)|dbr_notretrieved_reports.html",
    "other_sought_reports|node18|box12|Reports sought for retrieval (other)|Reports sought for retrieval|"
    "Reports sought for retrieval (other)|other_sought_reports.html",
    "other_notretrieved_reports|node19|box13|Reports not retrieved (other)|Reports not retrieved|"
    "Reports not retrieved (other)|other_notretrieved_reports.html",
    "dbr_assessed|node13|box8|Reports assessed for eligibility (databases and registers)|"
    "Reports assessed for eligibility|Reports assessed for eligibility (databases and registers)|"
    "dbr_assessed.html",
    "dbr_excluded|node14|box9|"
    "Reports excluded (databases and registers): "
    "[separate reasons and numbers using ; e.g. Reason1, xxx; Reason2, xxx; Reason3, xxx]|"
    "Reports excluded|Reports excluded (databases and registers)|dbrexcludedrecords.html",
    "other_assessed|node20|box14|Reports assessed for eligibility (other)|Reports assessed for eligibility|"
    "Reports assessed for eligibility (other)|other_assessed.html",
    "other_excluded|node21|box15|"
    "Reports excluded (other): "
    "[separate reasons and numbers using ; e.g. Reason1, xxx; Reason2, xxx; Reason3, xxx]|"
    "Reports excluded|Reports excluded (other)|other_excluded.html",
    "new_studies|node15|box10|New studies included in review|New studies included in review|"
    "New studies included in review|new_studies.html",
    "new_reports|NA|box10|Reports of new included studies|Reports of new included studies|NA|NA",
    "total_studies|node22|box16|Total studies included in review|Total studies included in review|"
    "Total studies included in review|total_studies.html",
    "total_reports|NA|box16|Reports of total included studies|Reports of total included studies|NA|NA",
    "identification|node1|identification|Blue identification box|Identification|Blue identification box|"
    "identification.html",
    "screening|node2|screening|Blue screening box|Screening|Blue screening box|screening.html",
    "included|node3|included|Blue included box|Included|Blue included box|included.html",
    "total_studies_ma|node23|box17|Total studies included in meta-analysis|"
    "Total studies included in meta-analysis|Total studies included in meta-analysis|"
    "total_studies_meta_analysis.html",
    "total_reports_ma|NA|box17|Reports of total included studies in meta-analysis|"
    "Reports of total included studies in meta-analysis|NA|NA",
)

_PLACEHOLDERS = {
    "database_specific_results": "Database 1, xxx; Database 2, xxx; Database 3, xxx",
    "register_specific_results": "Register 1, xxx; Register 2, xxx; Register 3, xxx",
}
_LEAST_REASONS = {"dbr_excluded": 2, "other_excluded": 1}
_CAN_BE_NA = ("register_results", "website_results", "organisation_results", "citations_results")
_TOTALS = {"total_studies": "new_studies", "total_reports": "new_reports"}


def prisma_csv(numbers: Numbers) -> str:
    """All 34 rows of the template with the numbers in them: comma-separated, CRLF, ``NA`` for what is missing.

    Both the released package (1.1.1) and its development version read it. Not applicable is ``NA`` for registers,
    websites, organisations and citation searching and 0 elsewhere (the web application fails on ``NA`` there); the
    totals of a new review are its new studies and reports. Lists are ``name, n; name, n``, so a comma or semicolon
    in a name becomes a slash or a dash; without detail by database or register the template's placeholder stays.
    Version 1.1.1 fails on a single reason in ``dbr_excluded``: ``Other reasons, 0`` is then added.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows((*row.split("|"), _n(numbers, row.partition("|")[0])) for row in _ROWS)
    return text.getvalue()


def _n(numbers: Numbers, key: str) -> str:
    """The last column of the row ``key``; rows that only carry a title have 0."""
    if key in _PLACEHOLDERS:
        return _listed(getattr(numbers, key)) or _PLACEHOLDERS[key]
    if key in _LEAST_REASONS:
        return _reasons(getattr(numbers, key), _LEAST_REASONS[key])
    if not hasattr(numbers, key):
        return "0"
    if getattr(numbers, key) is None and key in _CAN_BE_NA:
        return _NA
    if getattr(numbers, key) is None and key in _TOTALS:
        key = _TOTALS[key]
    return str(numbers.count(key))


def _reasons(split: Mapping[str, int], least: int) -> str:
    """The reasons as a list of at least ``least``."""
    given = split or {"None": 0}
    return "; ".join([_listed(given), *["Other reasons, 0"] * (least - len(given))])


def _listed(split: Mapping[str, int]) -> str:
    return "; ".join(f"{_name(name)}, {n}" for name, n in split.items())


def _name(name: str) -> str:
    """``name`` without the two signs that structure a list; the commas inside a number (1,000) go altogether."""
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", clean(name))
    return clean(re.sub(r"\s*,\s*", "/", re.sub(r"\s*;\s*", " – ", plain)))
