"""Rules on `reviews`: a review speaks of a row as it was read, and its hash tells whether the row still is so."""

import narwhals as nw
import polars as pl

from claimtrack import rule
from claimtrack.core.frames import pieces
from claimtrack.tracking.row_hash import content_hash

from .common import later_than_package, looked_at, schema_of

schema = schema_of("reviews")

OF_TABLES = {  # the column with the id of each table whose rows are reviewed
    "actors": "actor_id",
    "anchors": "anchor_id",
    "calls": "call_id",
    "claims": "claim_id",
    "criteria": "criterion_id",
    "evidence": "evidence_id",
    "follow_ups": "follow_up_id",
    "grounds": "ground_id",
    "item_rights": "item_right_id",
    "participants": "participant_id",
    "responses": "response_id",
    "sources": "source_id",
    "statements": "statement_id",
}


@rule("REV101", "row_id", "reviewer", "table_name", "reviewed")
def reviewed_twice(reviews: nw.LazyFrame) -> nw.LazyFrame:
    """A reviewer has two reviews of one row from one day.

    Why: each would be counted, and they may contradict each other.
    Mend: say all of it in one review.
    """
    first = reviews.group_by("table_name", "row_id", "reviewer", "reviewed").agg(nw.col("_row").min())
    return reviews.join(first.select("_row"), on="_row", how="anti")


@rule("REV102", "note", "verdict")
def objection_without_reason(reviews: nw.LazyFrame) -> nw.LazyFrame:
    """The review corrects or disputes a row and does not say what is wrong with it.

    Why: nobody could mend the row, nor see why it was left.
    Mend: say in `note` what the reader found, and what became of it.
    """
    return reviews.filter((nw.col("verdict") != "confirms") & nw.col("note").is_null())


def _cells(piece: pl.DataFrame, columns: list[str]) -> list[dict[str, str]]:
    """Returns the cells of each row as the CSV has them, without the empty ones, in the order of the piece."""
    rows = []
    for row in piece.select(columns).iter_rows(named=True):
        texts = {name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()}
        rows.append({name: str(value) for name, value in texts.items() if value is not None})
    return rows


def _hashes(reviews: nw.LazyFrame, **tables: nw.LazyFrame) -> dict[tuple[str, str], str]:
    """Returns the hash of the content of each row that has a review, by table and id. Only these rows are fetched."""
    from . import PROFILE  # only here, because the profile itself imports the tables

    found = {}
    for name, rows in tables.items():
        key = OF_TABLES[name]
        columns = list(PROFILE.columns[name])
        read = reviews.filter(nw.col("table_name") == name).select(nw.col("row_id").alias(key)).unique()
        for piece in pieces(rows.join(read, on=key, how="semi"), *columns):
            for cells in _cells(piece, columns):
                found[name, cells[key]] = content_hash(cells)
    return found


def _unlike(reviews: nw.LazyFrame, hashes: dict[tuple[str, str], str], wrong: dict[str, list[str]]) -> nw.LazyFrame:
    """Returns the reviews whose outcome is wrong for how their hash compares with that of the row.

    `wrong` has the wrong outcomes for "absent", "same" and "other".
    """

    def found(piece: pl.DataFrame) -> pl.Series:
        columns = ["table_name", "row_id", "row_sha256", "outcome"]
        return pl.Series(
            [
                outcome in wrong[_compared(hashes.get((table, id)), sha256)]
                for table, id, sha256, outcome in piece.select(columns).iter_rows()
            ],
            dtype=pl.Boolean,
        )

    return looked_at(reviews, found, "table_name", "row_id", "row_sha256", "outcome")


def _compared(now: str | None, then: str) -> str:
    """Says how the hash of a row compares with the hash that its review gives."""
    return "absent" if now is None else "same" if now == then else "other"


@rule("REV201", "row_sha256", "row_id", "outcome", severity="warning")
def review_no_longer_fits(
    reviews: nw.LazyFrame,
    actors: nw.LazyFrame,
    anchors: nw.LazyFrame,
    calls: nw.LazyFrame,
    claims: nw.LazyFrame,
    criteria: nw.LazyFrame,
    evidence: nw.LazyFrame,
    follow_ups: nw.LazyFrame,
    grounds: nw.LazyFrame,
    item_rights: nw.LazyFrame,
    participants: nw.LazyFrame,
    responses: nw.LazyFrame,
    sources: nw.LazyFrame,
    statements: nw.LazyFrame,
) -> nw.LazyFrame:
    """The review is said to stand, and the row is not what was read.

    Why: a row that has changed since has not been reviewed.
    Mend: have the row read anew; or say in `outcome` that it was mended or has changed.
    """
    tables = {name: frame for name, frame in locals().items() if name in OF_TABLES}
    return _unlike(reviews, _hashes(reviews, **tables), {"absent": [], "same": [], "other": ["stands"]})


@rule("REV202", "outcome", "row_sha256", "row_id")
def mended_and_unchanged(
    reviews: nw.LazyFrame,
    actors: nw.LazyFrame,
    anchors: nw.LazyFrame,
    calls: nw.LazyFrame,
    claims: nw.LazyFrame,
    criteria: nw.LazyFrame,
    evidence: nw.LazyFrame,
    follow_ups: nw.LazyFrame,
    grounds: nw.LazyFrame,
    item_rights: nw.LazyFrame,
    participants: nw.LazyFrame,
    responses: nw.LazyFrame,
    sources: nw.LazyFrame,
    statements: nw.LazyFrame,
) -> nw.LazyFrame:
    """The row is said to have been mended or changed since the review, and is what was read; or there is no such row.

    Why: the review would pass for settled, or speaks of nothing.
    Mend: correct `outcome` to "stands", or correct `row_id`, `table_name` and `row_sha256`.
    """
    tables = {name: frame for name, frame in locals().items() if name in OF_TABLES}
    wrong = {"absent": ["stands", "mended", "changed"], "same": ["mended", "changed"], "other": []}
    return _unlike(reviews, _hashes(reviews, **tables), wrong)


@rule("REV203", "version_added")
def review_of_a_later_version(reviews: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The review was added in a version later than the package's.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added`, or raise the package's `version`.
    """
    return later_than_package(reviews, package)


@rule("REV107", "outcome", "verdict")
def mended_although_right(reviews: nw.LazyFrame) -> nw.LazyFrame:
    """The review confirms the row, and the row is said to have been mended for it.

    Why: what is right needs no mending.
    Mend: write the outcome "stands", or "changed" if the row has changed for another reason; or correct `verdict`.
    """
    return reviews.filter((nw.col("verdict") == "confirms") & (nw.col("outcome") == "mended"))
