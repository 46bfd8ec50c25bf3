"""Takes a worksheet into the tables of a package. Ids, positions and hashes are computed, what follows is filled in.

What is wrong in a worksheet is told all at once, and nothing is then changed. What is only missing is left empty.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from claimtrack.authoring import rows
from claimtrack.authoring.derived import fill
from claimtrack.authoring.draft import Cells, Draft, Row
from claimtrack.authoring.rows import Item
from claimtrack.authoring.sheet import Line
from claimtrack.authoring.worksheet import KEYS, RIGHTS, WORDS, Sentence, coded, roles, several
from claimtrack.core.errors import Unusable, Wrong
from claimtrack.tracking import general
from claimtrack.tracking.canonical import PROFILE, check_letters, sha256
from claimtrack.tracking.pointers import Mismatch, locate, pointer, tile

MOST = 50  # mistakes that are told at a time
_LABEL = re.compile(r"(?:(?P<statement>[A-Z][A-Z0-9]{1,9})-)?(?P<letter>[CK])0*(?P<number>[1-9][0-9]{0,5})")


class Coding:
    """One worksheet on its way into a package. `bare` has, by segment, the words on which nothing rests."""

    def __init__(self, draft: Draft, statement_id: str, text: str, path: Path):
        self.draft, self.statement_id, self.text, self.path = draft, statement_id, text, path
        self.items: dict[str, Item] = {}
        self.bare: dict[str, list[str]] = {}
        self.wrong: list[str] = []
        self._cells = {table: Cells(draft.fields(table)) for table in ("segments", *KEYS)}
        self._new: dict[tuple[str, str], str] = {}  # the ids that were given to new items, by table and words

    def take(self, sentences: list[Sentence], retired: list[Line]) -> None:
        """Changes the tables of the draft. Raises Wrong where something in the worksheet is wrong."""
        statement = self._statement()
        segments = self._segments(statement, sentences)
        for sentence, segment in zip(sentences, segments, strict=True):
            for line in sentence.items:
                self._item(line, segment)
        for line in retired:
            self._item(line, None)
        for item in self.items.values():
            self._check(item, retired=any(self._id(line) == item.id for line in retired))
        self._vanished()
        if self.wrong:
            more = [f"and {len(self.wrong) - MOST} more"] if len(self.wrong) > MOST else []
            raise Wrong([*self.wrong[:MOST], *more, "nothing is taken in; correct the worksheet"])
        voices = {segment["segment_id"]: segment["voice_id"] for segment in segments}
        for item in self.items.values():
            fill(self.draft, item.table, item.cells, statement["publisher_id"], _voice(item, voices))
        statement |= {"length": str(len(self.text)), "sha256": sha256(self.text)}
        statement["pointer_check"] = check_letters(statement["profile"], len(self.text), statement["sha256"])
        self.draft.replace("statements", self.draft.rows("statements"))
        others = [row for row in self.draft.rows("segments") if row["statement_id"] != self.statement_id]
        self.draft.replace("segments", [*others, *segments])
        items = list(self.items.values())
        self.bare = rows.write_anchors(self.draft, self.statement_id, self.text, items, segments)
        rows.write_items(self.draft, self.statement_id, items)
        grounds = [(item.id, *ground) for item in items for ground in self._grounds(item)]
        rows.write_parts(self.draft, self.statement_id, items, grounds)

    def _say(self, line: int, words: str) -> None:
        """Adds a mistake."""
        self.wrong.append(f"{self.path}:{line}: {words}")

    def _statement(self) -> Row:
        """Returns the statement's row. Raises Unusable where there is none, or where it has another text."""
        own = [row for row in self.draft.rows("statements") if row["statement_id"] == self.statement_id]
        if not own:
            raise Unusable(f'there is no statement "{self.statement_id}"; add it by `claimtrack add statement`')
        own[0]["profile"] = own[0]["profile"] or PROFILE
        return own[0]

    def _segments(self, statement: Row, sentences: list[Sentence]) -> list[Row]:
        """Returns the rows of the segments. A mistake in the cut raises Wrong at once, since all else rests on it."""
        try:
            spans = tile(self.text, [sentence.text for sentence in sentences])
        except Mismatch as error:
            at = sentences[max(error.segment, 1) - 1].line.number
            words = "cut or join sentences only where one ends, and keep every word; or is --source another text?"
            raise Wrong([f"{self.path}:{at}: {error}; {words}"]) from None
        kept = {row["segment_id"]: row for row in self.draft.rows("segments")}
        own = [row for row in kept.values() if row["statement_id"] == self.statement_id and row["start"]]
        found, paragraph = [], 1
        for ordinal, (sentence, span) in enumerate(zip(sentences, spans, strict=True), 1):
            id, line = f"{self.statement_id}-S{ordinal:02}", sentence.line
            before = [row["paragraph"] for row in own if int(row["start"]) <= span[0]]  # of the cut that was there
            told = line["paragraph"] or (before[-1] if before else str(paragraph))
            cells = {"paragraph": told, "kind": line["kind"], "voice_id": line["voice_id"] or statement["publisher_id"]}
            cells["no_item_reason"] = line["no_item_reason"]
            for column, value in cells.items():
                if message := self._cells["segments"].wrong(column, value):
                    self._say(line.number, message)
            if cells["voice_id"] not in self.draft.actors():
                self._say(line.number, self._no_actor(cells["voice_id"], "voice_id"))
            paragraph = int(told) if told.isascii() and told.isdecimal() else paragraph
            about = {"segment_id": id, "statement_id": self.statement_id, "ordinal": str(ordinal)}
            placed = {name: str(value) for name, value in pointer(self.text, span, self.statement_id).items()}
            found.append(kept.get(id, {}) | about | cells | placed)
        return found

    def _id(self, line: Line) -> str:
        """Returns the id of the item that a row is about, or "" for no such label.

        `claim` and `call` are the items with the row's words, which get the next free id where there are none.
        """
        label = line["item"]
        table = {"claim": "claims", "call": "calls"}.get(label.lower())
        if not table:
            found = _LABEL.fullmatch(label)
            if not found or found["statement"] not in (None, self.statement_id):
                return ""
            digits = 3 if found["letter"] == "C" else 2
            return f"{self.statement_id}-{found['letter']}{int(found['number']):0{digits}}"
        words = line["own_words"]
        known = {row[WORDS[table]]: row[KEYS[table]] for row in self.draft.rows(table)}
        if words in known and known[words].startswith(f"{self.statement_id}-"):
            return known[words]
        if (table, words) not in self._new:
            first = self.draft.next_id(table, self.statement_id)
            start, number = first[: -len(first.rpartition("-")[2]) + 1], int(first.rpartition("-")[2][1:])
            taken = {*self.items, *self._new.values()}
            while (id := f"{start}{number:0{3 if table == 'claims' else 2}}") in taken:
                number += 1
            self._new[table, words] = id
        return self._new[table, words]

    def _item(self, line: Line, segment: Row | None) -> None:
        """Reads one row that is about a claim or call."""
        id = self._id(line)
        if not id:
            words = f'"{line["item"][:40]}" is no item; write C and a number for a claim, K and a number for a call'
            self._say(line.number, words)
            return
        table = "claims" if "-C" in id else "calls"
        item = self.items.setdefault(id, Item(id, table, line.number, {}))
        for name, value in line.cells.items():
            if value and name not in (
                "item",
                "quote",
                "occurrence",
                "sentence",
                "segment",
                "paragraph",
                "kind",
                "voice_id",
                "no_item_reason",
            ):
                if item.cells.get(name, value) != value:
                    words = f'{line["item"]} has "{value[:40]}" in {name}, and "{item.cells[name][:40]}" in line'
                    self._say(line.number, f"{words} {item.line}; write it once")
                item.cells.setdefault(name, value)
        if segment is None:
            return
        within = int(segment["start"]), int(segment["end"])
        try:
            span = locate(self.text, line["quote"], within, self._occurrence(line)) if line["quote"] else within
            item.spans.append((segment["segment_id"], span))
        except Mismatch as error:
            self._say(line.number, str(error))

    def _occurrence(self, line: Line) -> int | None:
        """Returns which of several equal places is meant, or None. Raises Mismatch for what is no number."""
        told = line["occurrence"]
        if told and not (told.isascii() and told.isdecimal() and int(told[:9])):
            raise Mismatch(f'"occurrence" is "{told[:40]}"; write a whole number from 1, or nothing')
        return int(told) if told else None

    def _no_actor(self, id: str, column: str) -> str:
        """Makes the sentence on an actor that is not there."""
        return (
            f'there is no actor "{id[:60]}", named in {column}; add it by `claimtrack add actor actor_id={id[:60]} …`'
        )

    def _check(self, item: Item, retired: bool) -> None:
        """Finds what is wrong in the cells of a claim or call."""
        own, cells = {*coded(self.draft, item.table)}, item.cells
        both = {name for table in KEYS for name in coded(self.draft, table)}
        alien = next((name for name in cells if name in both and name not in own), None)
        if alien:
            self._say(
                item.line, f"{alien} is a column of {'calls' if item.table == 'claims' else 'claims'} alone; empty it"
            )
        words = cells.get("own_words", "")
        if message := self._cells[item.table].wrong(WORDS[item.table], words):
            self._say(item.line, message.replace(WORDS[item.table], "own_words", 1) if words else message)
        for name in own & cells.keys():
            if message := self._cells[item.table].wrong(name, cells[name]):
                self._say(item.line, message)
        for role in roles(self.draft):
            for actor in several(cells.get(role, "")):
                if actor not in self.draft.actors():
                    self._say(item.line, self._no_actor(actor, role))
        if len(several(cells.get("speaker", ""))) > 1:
            self._say(item.line, "one item has one speaker; add an actor for a group that speaks together")
        known = {row["right_id"] for row in self.draft.rows("rights")} | general.rights().keys()
        for column in RIGHTS:
            for right in several(cells.get(column, "")):
                if right not in known:
                    near = f"did you mean {' or '.join(like)}? " if (like := general.like(right)) else ""
                    words = f"{near}`claimtrack add right` lists those of the general list, and adds others"
                    self._say(item.line, f'there is no right "{right[:60]}"; {words}')
        if both_ways := {*several(cells.get("rights_named", ""))} & {*several(cells.get("rights_inferred", ""))}:
            self._say(item.line, f"{min(both_ways)} is both named and inferred; keep it in one of the two")
        if cells.get("grounds") and item.table == "claims":
            self._say(item.line, "grounds is a column of calls alone; empty it")
        for _ in self._grounds(item, tell=True):
            pass

    def _grounds(self, item: Item, tell: bool = False) -> Iterator[tuple[str, str]]:
        """Yields the claims that ground a call, each with how it does. Mistakes are told where `tell` is set."""
        allowed = self.draft.fields("grounds")["how"]["constraints"]["enum"]
        for part in several(item.cells.get("grounds", "")):
            label, _, how = part.partition(" ")
            id = self._id(Line(item.line, {"item": label})) if _LABEL.fullmatch(label) else ""
            if id in self.items and self.items[id].table == "claims" and how.strip() in allowed:
                yield id, how.strip()
            elif tell:
                words = f'"{part[:60]}" is no ground; write a claim of this worksheet and how it grounds the call'
                self._say(item.line, f"{words}, such as C1 {allowed[0]} (or {', '.join(allowed[1:])})")

    def _vanished(self) -> None:
        """Finds the claims and calls of the package that the worksheet does not have."""
        for table, key in KEYS.items():
            for row in self.draft.rows(table):
                if row["statement_id"] == self.statement_id and row[key] not in self.items:
                    label = row[key].rpartition("-")[2]
                    words = (
                        f"{label} is in the package and not in the worksheet; write its row again, or, to withdraw it"
                    )
                    self.wrong.append(f'{self.path}: {words}, a row with {label} in item and "retired" in status')


def _voice(item: Item, voices: dict[str, str]) -> str:
    """Returns the actor in whose voice the first sentence of an item is, or "" for an item without any."""
    return voices[item.spans[0][0]] if item.spans else ""
