"""Rules on what texts refer to: the ids of other rows, versions, and whom a pronoun means."""

import inspect
import re
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache

import narwhals as nw

from claimtrack import rule
from claimtrack.core.frames import collect, pieces
from claimtrack.core.version_number import parts

from .common import looked_at, on, rowwise

TABLES = {  # the tables whose ids texts may mention, by the letters before the number, with the column of the id
    "C": ("claims", "claim_id"),
    "K": ("calls", "call_id"),
    "E": ("evidence", "evidence_id"),
    "F": ("follow_ups", "follow_up_id"),
    "T": ("criteria", "criterion_id"),
    "N": ("responses", "response_id"),
    "SRC": ("sources", "source_id"),
}
MENTION = r"\b[A-Z][A-Z0-9]{1,9}-(?:[CKEFTN]|)[0-9]{2,}\b"
ID = re.compile(r"\b(?:(SRC)|([A-Z][A-Z0-9]{1,9}))-([CKEFTN]?)[0-9]{2,}\b")


def _mentions(text: str | None) -> list[tuple[str, str, str]]:
    """Returns the ids that a text mentions, each with its table's letters and the statement that it begins with."""
    return [
        (found[0], found[1] or found[3], found[2] or "")
        for found in ID.finditer(text or "")
        if bool(found[1]) != bool(found[3])
    ]


def _resolving(table: str, *columns: str) -> Callable[..., nw.LazyFrame]:
    """Makes the check that the ids in the texts of a table are those of rows."""
    others = [name for name in ("statements", *(name for name, _ in TABLES.values())) if name != table]

    def id_of_no_row(*frames: nw.LazyFrame) -> nw.LazyFrame:
        """A text mentions an id that begins with a statement of the package, or with SRC, and no row has it.

        Why: a reader who follows it finds nothing.
        Mend: correct the id, or say in words what was meant.
        """
        tables = dict(zip((table, *others), frames, strict=True))
        mention = nw.any_horizontal(*(nw.col(name).str.contains(MENTION) for name in columns), ignore_nulls=True)
        telling = tables[table].filter(mention)
        told: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for piece in pieces(telling, *columns):
            for row in piece.select(columns).iter_rows():
                for id, letters, statement in (found for text in row for found in _mentions(text)):
                    told[letters][statement].add(id)
        missing = {id for letters, of in told.items() for id in _missing(letters, of, tables)}
        return looked_at(
            telling, rowwise(lambda *row: any(m[0] in missing for t in row for m in _mentions(t))), *columns
        )

    parameters = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in (table, *others)]
    id_of_no_row.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return id_of_no_row


def _missing(letters: str, told: dict[str, set[str]], tables: dict[str, nw.LazyFrame]) -> set[str]:
    """Returns the ids that no row of their table has. `told` has them by statement; others are no ids."""
    if letters != "SRC":
        known = tables["statements"].filter(nw.col("statement_id").is_in(list(told))).select("statement_id")
        told = {statement: told[statement] for statement in collect(known)["statement_id"]}
    name, key = TABLES[letters]
    ids = set().union(*told.values())
    return ids - set(collect(tables[name].filter(nw.col(key).is_in(list(ids))).select(key))[key])


CLM209 = on(
    _resolving("claims", "time_note", "ambiguity_note", "added_context"), "claims", "CLM209", "ambiguity_note",
    "added_context", "time_note",
)  # fmt: skip
CAL211 = on(
    _resolving("calls", "ambiguity_note", "added_context"), "calls", "CAL211", "ambiguity_note", "added_context"
)
SRC206 = on(_resolving("sources", "locator"), "sources", "SRC206", "locator")
EVI212 = on(_resolving("evidence", "finding", "note"), "evidence", "EVI212", "note", "finding")
FUP211 = on(_resolving("follow_ups", "finding", "note"), "follow_ups", "FUP211", "note", "finding")
RSP209 = on(_resolving("responses", "finding", "note"), "responses", "RSP209", "note", "finding")
# A decision or review may speak of a row that has been taken out since.
COG207 = on(_resolving("codings", "note"), "codings", "COG207", "note", severity="warning")
REV205 = on(_resolving("reviews", "note"), "reviews", "REV205", "note", severity="warning")


@rule("REV206", "note", severity="warning")
def mended_in_a_later_version(reviews: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The note names a version later than the package's.

    Why: what was mended in a version that is not out has not been mended. (A note can look ahead by right.)
    Mend: correct the version in `note`.
    """
    version = parts(collect(package)["version"][0])
    current = version.finalize_version() if version else None

    @lru_cache(1000)
    def late(note: str) -> bool:
        named = (parts(found) for found in re.findall(r"(?<![0-9.])[0-9]+\.[0-9]+\.[0-9]+(?![0-9.]*[0-9])", note))
        return any(bool(current and each and each > current) for each in named)

    return looked_at(reviews.filter(nw.col("note").str.contains(r"[0-9]\.[0-9]+\.[0-9]")), rowwise(late), "note")


@rule("CLM217", "claim", "statement_id", severity="warning")
def pronoun_for_a_name(claims: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The claim, of a statement in English, begins with "he", "she", "they" or "we".

    Why: a claim is read without the statement, and nobody could see who is meant.
    Mend: write the name, or the words by which the statement calls them.
    """
    english = statements.filter(nw.col("language").str.contains("^en(?:-|$)"))
    return claims.filter(nw.col("claim").str.contains("^(?:He|She|They|We) ")).join(
        english, on="statement_id", how="semi"
    )


@rule("CRI206", "criterion", "call_id", severity="warning")
def criterion_of_another_case(
    criteria: nw.LazyFrame, calls: nw.LazyFrame, participants: nw.LazyFrame, actors: nw.LazyFrame
) -> nw.LazyFrame:
    """The criterion names somebody for whom another call of the statement is made, and not this call's beneficiary.

    Why: what shows that one case has ended shows nothing of another. (Two cases can be one in law.)
    Mend: correct `criterion` or `call_id`; name the call's own beneficiary as well.
    """
    named = actors.filter(nw.col("named_in_statement"), ~nw.col("name").is_null()).select("actor_id", "name")
    benefit = participants.filter(nw.col("role") == "beneficiary").select("call_id", "actor_id")
    benefit = benefit.join(named, on="actor_id", how="inner").join(
        calls.select("call_id", "statement_id"), on="call_id", how="inner"
    )
    own = benefit.select("call_id", "statement_id", nw.col("name").alias("_own"))
    others = benefit.select("statement_id", nw.col("call_id").alias("_call"), nw.col("name").alias("_other"))
    pairs = criteria.select("_row", "call_id", "criterion").join(own, on="call_id", how="inner")
    pairs = pairs.join(others, on="statement_id", how="inner").filter(
        (nw.col("call_id") != nw.col("_call")) & (nw.col("_own") != nw.col("_other"))
    )
    other = rowwise(lambda text, mine, theirs: bool(text and mine and theirs) and theirs in text and mine not in text)
    return looked_at(pairs, other, "criterion", "_own", "_other")
