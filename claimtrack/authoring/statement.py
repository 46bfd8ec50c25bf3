"""Adds a statement to a package: its row, a segment for each sentence, and the worksheet in which it is coded."""

from collections.abc import Sequence
from pathlib import Path

from claimtrack.authoring import entries, worksheet
from claimtrack.authoring.draft import Draft
from claimtrack.authoring.sentences import Sentence, cut
from claimtrack.core.errors import Unusable
from claimtrack.tracking.canonical import canonical, check_letters, sha256
from claimtrack.tracking.pointers import pointer, tile

OWN = ("statements", "segments")  # the tables in which a new statement has rows


def add(draft: Draft, words: Sequence[str], text: str, sheet: Path) -> list[Sentence]:
    """Writes a statement with its segments into the package, and its worksheet, all together.

    `words` are the statement's cells as `column=value`, and `text` is its text as it was saved. Returns the sentences.
    Raises Unusable; nothing is then written. A run that was killed is completed by the same words.
    """
    said = next((word.partition("=")[2].strip() for word in words if word.startswith("statement_id=")), "")
    before = {table: [row for row in draft.rows(table) if row["statement_id"] == said] for table in OWN}
    for table, rows in before.items():
        draft.replace(table, [row for row in draft.rows(table) if row not in rows])
    (row,) = entries.add(draft, "statement", words)
    id, whole = row["statement_id"], canonical(text)
    sentences = cut(text, row["language"])
    spans = tile(whole, [sentence.text for sentence in sentences])
    row |= {"length": str(len(whole)), "sha256": sha256(whole)}
    row["pointer_check"] = check_letters(row["profile"], len(whole), row["sha256"])
    segments, title = [], canonical(row["title"])
    kinds = draft.fields("segments")["kind"].get("constraints", {}).get("enum", ())
    for ordinal, (sentence, span) in enumerate(zip(sentences, spans, strict=True), 1):
        segment = dict.fromkeys(draft.columns("segments"), "")
        segment |= {"segment_id": f"{id}-S{ordinal:02}", "statement_id": id, "ordinal": str(ordinal)}
        segment |= {"paragraph": str(sentence.paragraph), "voice_id": row["publisher_id"]}
        if sentence.text == title and "headline" in kinds:
            segment["kind"], title = "headline", ""  # the first of such sentences alone
        segments.append(segment | {name: str(value) for name, value in pointer(whole, span, id).items()})
    draft.replace("segments", [*draft.rows("segments"), *segments])
    is_coded = any(each["statement_id"] == id for table in ("claims", "calls") for each in draft.rows(table))
    if is_coded or before["statements"] not in ([], [row]) or before["segments"] not in ([], segments):
        words = "have its worksheet written anew by `claimtrack worksheet`, or take another id"
        raise Unusable(f"there is a statement {id} already; {words}")
    content = worksheet.written(draft, id, whole)
    draft.write({place_for(sheet, draft.root, content): content})
    return sentences


def place_for(sheet: Path, root: Path, content: bytes) -> Path:
    """Returns the path of a new worksheet. Raises Unusable for another file that is there, or inside the package."""
    path = sheet.resolve()
    if path.is_relative_to(root.resolve()):
        words = "lies inside the package, where the statement's words must not be"
        raise Unusable(f"{sheet}: {words}; name a file outside {root.resolve()}")
    if not path.parent.is_dir():
        raise Unusable(f"{sheet}: there is no folder {path.parent}; make it, or name another")
    if path.exists() and not (path.is_file() and path.read_bytes() == content):
        raise Unusable(f"{sheet}: is there already, and what was typed in it is not overwritten; name a new file")
    return path


def read_text(path: Path) -> str:
    """Reads a statement's text as it was saved, paragraphs and all. Raises Unusable."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}; correct the path") from None
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}: not UTF-8 at byte {error.start}; save your copy as UTF-8 text") from None
