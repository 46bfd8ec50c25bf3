"""Brings the Table Schemas of a package in line with its `codes`, which is the one place for a code of one's own."""

from claimtrack.authoring.draft import Draft, schema_bytes
from claimtrack.core.errors import Unusable


def spread(draft: Draft) -> list[str]:
    """Gives the columns of open lists the codes of `codes` that they lack, and returns these as `list/code`.

    Raises Unusable for a code of a list that is closed, because rules rely on the codes of such a list.
    """
    codes: dict[str, list[str]] = {}
    for row in draft.rows("codes"):
        codes.setdefault(row["list"], []).append(row["code"])
    added: dict[str, None] = {}
    for resource in draft.opened.resources:
        name, changed = resource.get("name"), False
        for field in draft.schema(str(name))["fields"]:
            codes_of = field.get("codeList")
            if not isinstance(codes_of, str) or "enum" not in field.get("constraints", {}):
                continue
            there = field["constraints"]["enum"]
            new = [code for code in codes.get(codes_of, ()) if code not in map(str, there)]
            if new and field.get("openCodeList") is True:
                field["constraints"]["enum"] = [*there, *new]
                added |= dict.fromkeys(f"{codes_of}/{code}" for code in new)
                changed = True
            elif new and not _is_part(draft, codes_of, new):
                words = f'rules rely on the codes of the list "{codes_of}", which is closed'
                raise Unusable(f'{words}; take "{new[0]}" out of codes, or say the same by another column')
        file = draft.opened.named.get(f"{name}.schema")
        if changed and file:
            draft.put(file, schema_bytes(draft.schema(str(name))))
    return list(added)


def _is_part(draft: Draft, codes_of: str, codes: list[str]) -> bool:
    """Tells whether another column takes these codes of a list, of which one column takes only some."""
    known = {
        str(code)
        for resource in draft.opened.resources
        for field in draft.schema(str(resource.get("name")))["fields"]
        if field.get("codeList") == codes_of
        for code in field.get("constraints", {}).get("enum", ())
    }
    return known.issuperset(codes)
