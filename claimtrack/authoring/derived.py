"""Fills in what follows from what a coder wrote, by the rules that leave no choice. Nothing is guessed.

Who speaks follows from the sentence, `time_basis` from a missing time, `checkability` from a public record, voice,
commitment and hedge from the type of a reported belief or forecast (rules CLM102, CLM105 to CLM109), and a call's
category from its action's counterpart in the scale of UPR Info.
"""

from claimtrack.authoring.draft import Draft, Row


def fill(draft: Draft, table: str, cells: Row, publisher: str, voice: str) -> None:
    """Fills the empty cells of a claim or call that follow from others. `voice` is the actor whose sentence it is."""

    def default(column: str, value: str) -> None:
        if not cells.get(column):
            cells[column] = value

    default("status", "active")
    if voice:
        default("speaker", voice)
    if table == "calls":
        default("voice", "narrator" if cells.get("speaker") == publisher else "quoted_speaker")
        default("category", _category(draft, cells.get("action", "")))
        return
    kind = cells.get("claim_type")
    if kind == "reported_belief":
        default("voice", "others_belief")
        default("hedge", "belief")
    if kind == "forecast":
        default("hedge", "expectation")
    if cells.get("speaker"):
        default("voice", "narrator" if cells["speaker"] == publisher else "quoted_speaker")
    if cells.get("voice") == "others_belief":
        default("commitment", "reported")
    if not cells.get("time"):
        default("time_basis", "none")
    if kind in ("self_description", "disclaimer"):
        default("checkability_reason", "self_statement")
    if cells.get("checkability_reason") == "public_record":
        default("checkability", "checkable")


def _category(draft: Draft, action: str) -> str:
    """Returns the category of an action in the scale of UPR Info, or "" where its code names none."""
    found = (row for row in draft.rows("codes") if (row["list"], row["code"]) == ("action", action))
    return next((row["crosswalk_code"] for row in found if row["crosswalk_scheme"] == "upr_info"), "")
