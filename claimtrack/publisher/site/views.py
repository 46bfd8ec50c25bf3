"""Prepares the dataset for the front page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claimtrack.publisher.language import Language
from claimtrack.publisher.metadata.citation import STYLES
from claimtrack.publisher.model import CALL, CLAIM, Dataset, Statement
from claimtrack.publisher.parts import Code
from claimtrack.publisher.release_files import File
from claimtrack.publisher.site import answers, charts, finding
from claimtrack.publisher.site.marking import owned

MOST_CALLS = 50  # calls in the front page's table; beyond, it leads to all of them
MOST_VOICES = 12  # rows of those who contest claims that are not folded away


@dataclass(frozen=True)
class Summary:
    """A statement with the number of its active claims and calls, of the contested claims, and of calls by status."""

    statement: Statement
    claims: int
    calls: int
    contested: int
    statuses: tuple[tuple[Code, int], ...]


def index(dataset: Dataset, language: Language, downloads: Iterable[File], parts: Sequence[finding.Part]) -> dict:
    """Returns the variables of the front page's template."""
    asked = answers.calls(dataset)
    progress = charts.progress(dataset)
    return {
        "sentences": list(answers.sentences(dataset, language, owned(language, dataset.language))),
        "asked": asked[:MOST_CALLS],
        "more_calls": len(asked) - MOST_CALLS,
        "contesting": answers.voices(dataset),
        "contested": answers.contested(dataset),
        "most_voices": MOST_VOICES,
        "statements": statements(dataset),
        "figures": _figures(dataset),
        "coverage": charts.coverage(dataset, dataset.statements[0]) if len(dataset.statements) == 1 else [],
        "levels": charts.LEVELS,
        "progress": progress,
        "lines": progress.lines[:MOST_CALLS],
        "timeline": charts.timeline(dataset),
        "rights": charts.rights(dataset),
        "coders": coders(dataset),
        "downloads": _by_folder(downloads),
        "known": {
            "words": language["script"],
            "labels": labels(dataset, language),
            "parts": [part.name for part in parts],
            "citation": {style: cite(dataset, None) for style, cite in STYLES.items()},
            "version": dataset.version,
            "title": dataset.title,
        }
        | ({} if dataset.language == language.tag else {"own": dataset.language}),
    }


def statements(dataset: Dataset) -> list[Summary]:
    """Returns what the front page says of each statement."""
    found = []
    for one in dataset.statements:
        items = [item for item in dataset.items_of.get(one.id, []) if not item.retired]
        calls = [item for item in items if item.kind == CALL]
        counted = [
            (code, sum(call.current is not None and call.current.status == code for call in calls))
            for code in dataset.codes["follow_up_status"]
        ]
        contested = sum(item.contested for item in items)
        statuses = tuple((code, number) for code, number in counted if number)
        found.append(Summary(one, len(items) - len(calls), len(calls), contested, statuses))
    return found


def coders(dataset: Dataset) -> list[Code]:
    """Returns the coders whose codings are recorded."""
    return sorted({code for item in dataset.items for code in item.coders}, key=lambda code: code.code)


def _figures(dataset: Dataset) -> dict[str, int]:
    """Counts the rows. Retired items are left out."""
    items = [item for item in dataset.items if not item.retired]
    return {
        "claims": sum(item.kind == CLAIM for item in items),
        "calls": sum(item.kind == CALL for item in items),
        "segments": len(dataset.segments),
        "evidence": sum(len(item.evidence) for item in items),
        "follow_ups": sum(len(item.follow_ups) for item in items),
        "sources": len(dataset.sources),
    }


def labels(dataset: Dataset, language: Language) -> dict[str, dict[str, str]]:
    """Returns the words for the values of each filter, in the order in which they are offered.

    The names of actors and sources are not among them: they come with the parts that mention them.
    """
    item, browse = language["item"], language["browse"]

    def codes(*lists: str, qualified: bool = True) -> dict[str, str]:
        return {
            f"{code.list}.{code.code}" if qualified else code.code: language.label(code)
            for name in lists
            for code in dataset.codes[name]
        }

    return {
        "statement": {one.id: one.title for one in dataset.statements} if len(dataset.statements) > 1 else {},
        "kind": {CLAIM: item["claims"], CALL: item["calls"]},
        "type": codes("claim_type", "action"),
        "says": codes("relation", "answer", "follow_up_status"),
        "official": {"yes": browse["official_yes"], "no": browse["official_no"]},
        "status": codes("follow_up_status", qualified=False),
        "voice": codes("voice", qualified=False),
        "right": {one.id: language.label(one) for one in dataset.rights},
    }


def _by_folder(downloads: Iterable[File]) -> list[tuple[str, list[File]]]:
    """Groups the files to download by the folder in their path. Files without a folder come first."""
    folders: dict[str, list[File]] = {"": []}
    for file in downloads:
        folders.setdefault(file.path.rpartition("/")[0], []).append(file)
    return list(folders.items())
