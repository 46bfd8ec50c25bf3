"""Says what a statement still lacks until it is valid, sentence by sentence, in a coder's words.

The rules of the profile decide what is valid. This tells what most of them will ask for, in the order of the text and
before the tables are complete, so that a coder knows where to go on.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from claimtrack.authoring.draft import Draft, Row
from claimtrack.authoring.worksheet import KEYS, WORDS, coded
from claimtrack.core.findings import Finding

# The rules whose findings `lacking` tells in other words.
TOLD = {*"SEG205 SEG206 CLM201 CAL201 CLM202 CAL202 CLM204 CAL204 CAL205 CLM206 CAL207 CAL208 CAL210 CEL102".split()}
LATER = ("status",)  # columns that are filled in by themselves


def lacking(draft: Draft, statement_id: str, bare: Mapping[str, list[str]]) -> list[str]:
    """Returns a line for each thing that a statement lacks. `bare` has the words on which nothing rests, by segment."""
    items = _items(draft, statement_id)
    first: dict[str, str] = {}
    carried = defaultdict(list)
    for anchor in draft.rows("anchors"):
        id = anchor["claim_id"] or anchor["call_id"]
        first.setdefault(id, anchor["segment_id"])
        carried[anchor["segment_id"]].append(id)
    lines = []
    own = [row for row in draft.rows("segments") if row["statement_id"] == statement_id]
    for segment in sorted(own, key=lambda row: int(row["ordinal"])):
        id, about = segment["segment_id"], [*_sentence(segment, carried[segment["segment_id"]])]
        about += [f'no claim or call rests on "{words}"' for words in bare.get(id, ())]
        for item in dict.fromkeys(carried[id]):
            if item in items and first[item] == id:
                table, row = items[item]
                lack = _cells(draft, table, row) + _parts(draft, table, item) + _tracking(draft, table, item)
                about += [f"{item.rpartition('-')[2]} {words}" for words in lack]
        lines += [f"{id.rpartition('-')[2]}: {words}" for words in about]
    return lines


def is_told(found: Finding) -> bool:
    """Tells whether `lacking` says what a finding says, while anything is lacking: a cell, an item or a row."""
    return found.rule in TOLD and (found.rule != "CEL102" or not found.value)


def _items(draft: Draft, statement_id: str) -> dict[str, tuple[str, Row]]:
    """Returns the table and the row of each claim and call of a statement that is not retired, by id."""
    return {
        row[key]: (table, row)
        for table, key in KEYS.items()
        for row in draft.rows(table)
        if row["statement_id"] == statement_id and row.get("status") != "retired"
    }


def _sentence(segment: Row, items: list[str]) -> Iterator[str]:
    """Yields what a sentence itself lacks."""
    if not segment["kind"]:
        yield "what kind of sentence it is; write it in kind"
    if not items and not segment["no_item_reason"]:
        yield "nothing is coded; write a claim or call in item, or say in no_item_reason why it carries none"
    if items and segment["no_item_reason"]:
        yield "it carries a claim or call, and no_item_reason says why not; empty that cell"


def _cells(draft: Draft, table: str, row: Row) -> list[str]:
    """Returns what the row of a claim or call lacks."""
    fields = draft.fields(table)
    found = [] if row[WORDS[table]] else ["has no words of your own; write them in own_words"]
    for name in coded(draft, table):
        asked = fields[name].get("constraints", {})
        if asked.get("required") and not row[name] and name not in LATER:
            codes = f" ({', '.join(map(str, asked['enum']))})" if "enum" in asked else ""
            found.append(f"lacks {name}: {fields[name]['description'].split('.')[0].lower()}{codes}")
    if row.get("time") and not row.get("time_basis"):
        found.append("has a time; say in time_basis how it is known")
    if bool(row.get("hedge")) != bool(row.get("hedge_term")):
        found.append("has a hedge without its words in hedge_term, or the other way round")
    return found


def _parts(draft: Draft, table: str, id: str) -> list[str]:
    """Returns who is missing among those who take part in a claim or call."""
    has = {row["role"] for row in draft.rows("participants") if id in (row["claim_id"], row["call_id"])}
    found = [] if "speaker" in has else ["has no speaker"]
    if table == "calls":
        found += ["has no addressee: of whom is it demanded?"] * ("addressee" not in has)
        found += ["has no beneficiary: for whose sake is it demanded?"] * ("beneficiary" not in has)
    else:
        row = next(row for row in draft.rows("claims") if row["claim_id"] == id)
        if row.get("voice") == "others_belief" and "believer" not in has:
            found.append("has no believer: whose belief is it?")
    return found


def _tracking(draft: Draft, table: str, id: str) -> list[str]:
    """Returns what is missing to track a claim or call."""
    if table == "claims":
        if any(row["claim_id"] == id for row in draft.rows("evidence")):
            return []
        words = f"`claimtrack add evidence claim_id={id} …`, also where you have looked and found none"
        return [f"has no evidence; when you have looked for sources: {words}"]
    found = []
    has = {row["status"] for row in draft.rows("criteria") if row["call_id"] == id}
    for status in ("met", "unmet"):
        if status not in has:
            found.append(f"has no criterion for {status}: `claimtrack add criterion call_id={id} status={status} …`")
    if not any(row["call_id"] == id for row in draft.rows("grounds")):
        found.append("has no ground: write in grounds which claims say what it is about, such as C1 states_facts")
    if not any(row["call_id"] == id for row in draft.rows("follow_ups")):
        words = f"`claimtrack add follow-up call_id={id} …`"
        found.append(f"has no follow-up; when you have looked what became of it: {words}")
    return found
