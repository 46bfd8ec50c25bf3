"""Says what a statement still lacks until it is valid, sentence by sentence, in a coder's words.

The rules of the profile decide what is valid. This tells what most of them will ask for, in the order of the text and
before the tables are complete, so that a coder knows where to go on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from claimtrack.authoring.draft import Draft, Row
from claimtrack.authoring.worksheet import KEYS, WORDS, coded
from claimtrack.core.findings import Finding

# The rules whose findings `lacking` tells in other words.
TOLD = {*"SEG205 SEG206 CLM201 CAL201 CLM202 CAL202 CLM204 CAL204 CAL205 CLM206 CAL207 CAL208 CAL210 CEL102".split()}
LATER = ("status",)  # columns that are filled in by themselves


def lacking(draft: Draft, statement_id: str, bare: Mapping[str, list[str]]) -> list[str]:
    """Returns a line for each thing that a statement lacks: what coding lacks by sentence, then what tracking lacks.

    `bare` has the words on which nothing rests, by segment.
    """
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
        about += [f'no claim or call rests on "{words}"; take that into a quote' for words in bare.get(id, ())]
        for item in dict.fromkeys(carried[id]):
            if item in items and first[item] == id:
                table, row = items[item]
                lack = _cells(draft, table, row) + _parts(draft, table, item)
                about += [f"{item.rpartition('-')[2]} {words}" for words in lack]
        lines += [f"{id.rpartition('-')[2]}: {words}" for words in about]
    return lines + _tracking(draft, items)


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
    """Returns who is missing among those who take part in a claim or call, and whether a call has no ground."""
    has = {row["role"] for row in draft.rows("participants") if id in (row["claim_id"], row["call_id"])}
    found = [] if "speaker" in has else ["has no speaker"]
    if table == "calls":
        found += ["has no addressee: of whom is it demanded?"] * ("addressee" not in has)
        found += ["has no beneficiary: for whose sake is it demanded?"] * ("beneficiary" not in has)
        if not any(row["call_id"] == id for row in draft.rows("grounds")):
            found.append("has no ground: write in grounds which claims say what it is about, such as C1 states_facts")
    else:
        row = next(row for row in draft.rows("claims") if row["claim_id"] == id)
        if row.get("voice") == "others_belief" and "believer" not in has:
            found.append("has no believer: whose belief is it?")
    return found


def _tracking(draft: Draft, items: Mapping[str, tuple[str, Row]]) -> list[str]:
    """Returns what is missing to track the claims and calls, with the words that add it to all of them."""
    claims, calls = ([id for id, (table, _) in items.items() if table == name] for name in ("claims", "calls"))
    sought = {row["claim_id"] for row in draft.rows("evidence")}
    looked = {row["call_id"] for row in draft.rows("follow_ups")}
    found = []
    if unsought := [id for id in claims if id not in sought]:
        words = f"`claimtrack add evidence claim_id={','.join(unsought)} …`, also where you have looked and found none"
        found.append(f"{_listed(unsought)}: no evidence; when you have looked for sources: {words}")
    for status in ("met", "unmet"):
        decided = {row["call_id"] for row in draft.rows("criteria") if row["status"] == status}
        if undecided := [id for id in calls if id not in decided]:
            words = f"`claimtrack add criterion call_id={undecided[0]} status={status} …`"
            found.append(f"{_listed(undecided)}: no criterion for {status}; say for each what would show it: {words}")
    if unseen := [id for id in calls if id not in looked]:
        words = f"`claimtrack add follow-up call_id={','.join(unseen)} …`"
        found.append(f"{_listed(unseen)}: no follow-up; when you have looked what became of it: {words}")
    return found


def _listed(ids: list[str]) -> str:
    """Returns the labels of claims or calls as they stand in the worksheet."""
    return ", ".join(id.rpartition("-")[2] for id in ids)


def in_words(draft: Draft, statement_id: str, findings: Iterable[Finding]) -> Iterator[str]:
    """Yields lines on findings of rules: which sentence and item each is about, and what to do, told once a rule.

    `draft` has the tables as the check saw them. What is about no item of the statement has its place in the file.
    """
    tables = {str(resource.get("path")): str(resource.get("name")) for resource in draft.opened.resources}
    first: dict[str, str] = {}
    for anchor in draft.rows("anchors"):
        first.setdefault(anchor["claim_id"] or anchor["call_id"], anchor["segment_id"])
    told = set()
    for found in findings:
        rows = draft.rows(tables[found.file]) if found.file in tables else []
        row = rows[found.row - 2] if found.row and 2 <= found.row < len(rows) + 2 else {}  # record 1 is the header
        item = row.get("claim_id") or row.get("call_id") or ""
        is_own = item.startswith(f"{statement_id}-") and item in first
        place = f"{first[item].rpartition('-')[2]}: {item.rpartition('-')[2]}" if is_own else found.place
        yield f"{place}: {found.rule} {found.severity}: {found.message}"
        if (found.rule, found.mend) not in told:
            told.add((found.rule, found.mend))
            yield f"    mend: {found.mend}"
