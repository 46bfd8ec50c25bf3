"""The rules that no table owns: of the descriptor (PKG), of files (FIL), of a table's shape (TAB), of cells (CEL), of keys
(KEY), of dates (EDT) and of form (HYG). Those of the standard stand for frictionless's own errors.
"""

from .catalogue import RULES, Rule, add


def _error(id: str, title: str, why: str, mend: str, example: str) -> None:
    add(Rule(id, "error", title, why, mend, example))


def _warning(id: str, title: str, why: str, mend: str, example: str) -> None:
    add(Rule(id, "warning", title, why, mend, example))


# fmt: off
# ------------------------------------------------------------------------------------------------------ the descriptor

_error("PKG101", "The descriptor breaks the Data Package standard",
       "Other tools rely on it to find and read the tables.",
       "Correct the property that the message names; the standard is at https://datapackage.org/.",
       '`"name": 5`, where a name is a text')
_error("PKG102", "A table or column that the claim-tracking profile asks for is missing, or is another than it asks for",
       "The rules need every table and column of the profile, and leave out whatever rests on one that is not there.",
       "Describe the table or the column as the Table Schema of that name in `schemas/` does, or drop `conformsTo` from the descriptor if this is "
       "no claim-tracking package.",
       'a package with `"conformsTo": "claim-tracking-package-1"` and no table `claims`')
_error("PKG103", "A profile was not checked, since nothing outside the package is fetched",
       "What the profile demands beyond the standard is then not known to be met.",
       "Check the profile with a tool of its own, or drop `profile` from the descriptor.",
       '`"profile": "https://example.org/profile.json"`')
_error("PKG104", "A constraint cannot be applied",
       "No cell can be checked against it, so the column promises what nobody can hold it to.",
       "Write a regular expression that Python compiles, or a bound of the field's own type.",
       '`"pattern": "(a"`, or `"minimum": "many"` of an integer')
_error("PKG105", "A foreign key refers to a table or column that is not there",
       "None of the references can be followed.",
       "Correct the `reference`, or add the resource or the field.",
       '`"reference": {"resource": "claimz", "fields": ["claim_id"]}`')
_error("PKG106", "A unique key names a column that is not there",
       "The key promises what cannot be checked.",
       "Correct the names in `uniqueKeys`.",
       '`"uniqueKeys": [["claim_idd"]]`')
_warning("PKG201", "The descriptor does not declare the table's delimiter",
         "A reader that has to guess can guess wrong; a file with semicolons then passes as one wide column.",
         "Declare a `dialect` with at least `delimiter`.",
         "a CSV resource without `dialect`")
_warning("PKG202", "The descriptor does not declare the table's encoding",
         "A reader that has to guess can guess wrong, and Latin-1 then passes as something else.",
         'Declare `"encoding": "utf-8"`.',
         "a CSV resource without `encoding`")
_warning("PKG203", "A pattern has an alternation outside every group",
         "It is read as `^a|b$`, which accepts whatever begins with a or ends with b.",
         "Put the alternatives in a group: `(?:a|b)`.",
         '`"pattern": "yes|no"`, which accepts yesterday')
_warning("PKG204", "A property is all but one of the standard's",
         "A slip in a name is read as a property of your own and silently ignored.",
         "Write the property as the message gives it, or choose a name less like it.",
         '`"foreignKey"` for `"foreignKeys"`')
_warning("PKG205", "A field has categories but no enum",
         "Most tools, frictionless among them, ignore `categories`, and then any value passes.",
         "List the same values in `constraints.enum`.",
         '`"categories": ["low", "high"]` alone')
_warning("PKG206", "A table has no Table Schema",
         "What its columns should hold is then guessed from the first rows.",
         "Declare a `schema` with the fields.",
         "a CSV resource without `schema`")
_warning("PKG207", "A package that looks like a claim-tracking package does not declare itself as one",
         "The rules between its columns, rows and tables are then not run, and nobody would notice.",
         'Write `"conformsTo": "claim-tracking-package-1"`, exactly so; or, if it is another kind of package, the name of that.',
         '`"conformsTo": "Claim-Tracking-Package-1"`')

# ----------------------------------------------------------------------------------------------------------- the files

_error("FIL101", "A file is not what the descriptor's `bytes`, `hash`, `fields` or `rows` says",
       "A reader can then not tell a damaged or altered copy from the published one.",
       "Look at what changed; if it is meant, refresh the descriptor with `python -m validator.seal`.",
       '`"bytes": 651` for a file of 652 bytes')
_error("FIL102", "A file cannot be read as what the descriptor declares",
       "None of its rows can be checked or used.",
       "Save the file in the format, the encoding and with the delimiter and quoting that the descriptor declares.",
       "Latin-1 in a file declared as UTF-8")
_error("FIL103", "A file that the descriptor names cannot be opened, or is empty",
       "Nothing can be said of the table, nor of those that refer to it.",
       "Put the file where the descriptor says, or correct the resource's `path`.",
       "a resource whose file was not published with the rest")
_warning("FIL104", "A file in a data folder is named by no resource",
         "Readers of the package never see it; or it is a leftover that was not meant to be published.",
         "Add a resource for the file, or move it out of the folder.",
         "`data/claims (copy).csv`")
_error("FIL105", "A file is beyond the bounds within which it can be checked",
       "Reading it could exhaust the memory or never end.",
       "Split the table or the cell that the message names; the bounds are in `validator/limits.py`.",
       "a table of a million columns")
_error("FIL106", "A table could not be checked to its end",
       "What the rest of it holds is not known.",
       "Simplify the pattern or the value that the message names.",
       "the pattern `(a+)+` and a cell of forty times a and then b, on which it tries every way to split the letters")
_error("FIL107", "A file changed while it was read",
       "What was checked is then not what is there.",
       "Wait until nothing writes to the file, and validate again.",
       "a table that is still being downloaded")

# ------------------------------------------------------------------------------------------------------ shape of tables

_error("TAB101", "The header is not the list of fields in the Table Schema",
       "Readers that go by position and readers that go by name would see different values.",
       "Give the columns the names and the order of the Table Schema.",
       "the header `id,nmae` for the fields id and name")
_error("TAB102", "A row has more or fewer cells than the header",
       "Every value after the missing or surplus delimiter stands under the wrong name.",
       "Quote a cell that contains the delimiter; write an empty cell for a missing value.",
       "`1,Phnom Penh, Cambodia` under the header `id,place`")
_error("TAB103", "A row is blank",
       "Tools disagree on whether it is a record.",
       "Delete the line.",
       "an empty line at the end of the file")

# ---------------------------------------------------------------------------------------------------------------- cells

_error("CEL101", "A cell is not of its column's type",
       "The value cannot be read as what the Table Schema promises.",
       "Write the value in the form of the column's type and format.",
       '"banana" in a column of integers')
_error("CEL102", "A cell breaks a constraint of its column",
       "The Table Schema promises what values the column can hold.",
       "Give a value that the constraint allows.",
       '"rumour" in a column whose `enum` does not list it')

# ----------------------------------------------------------------------------------------------------------------- keys

_error("KEY101", "A primary key is missing or stands twice",
       "Rows can then not be cited or joined.",
       "Give the row a new id; ids are never reused.",
       "two rows with the id KH23-C012")
_error("KEY102", "A value that must be unique stands twice",
       "Two rows then claim to be the same thing.",
       "Correct the value, or merge the rows.",
       "one URL on two sources")
_error("KEY103", "A reference leads to no row",
       "What the row speaks of cannot be found.",
       "Correct the reference, or add the row it should lead to.",
       "an anchor of the claim KH23-C999, where there is no such claim")

# ---------------------------------------------------------------------------------------------------------------- dates

_error("EDT101", "A date is not EDTF level 1, or names a day that no calendar has",
       "Programs cannot sort or compare it.",
       "Write YYYY, YYYY-MM or YYYY-MM-DD, an interval as start/end, with ~ for about and ? for uncertain.",
       '"2023-02-29"')

# ----------------------------------------------------------------------------------------------------------------- form

_warning("HYG101", "The file begins with a byte-order mark",
         "Many readers take it for part of the first column's name.",
         'Save the file as UTF-8 without a mark ("UTF-8", not "UTF-8 with BOM").',
         "a file saved by a spreadsheet as CSV UTF-8")
_warning("HYG102", "A line ends in a carriage return alone",
         "Most tools do not take it for a line end and join the two lines.",
         "End every line with a line feed.",
         "a file saved as CSV (Macintosh)")
_warning("HYG103", "Line ends are mixed",
         "Tools that look at the first line only leave a stray character in the last column of others.",
         "End every line in the same way.",
         "some lines ending in LF and some in CR LF")
_warning("HYG104", "The last line has no line end",
         "A row appended to the file would join the last one; and a file that was cut off looks the same.",
         "End the last line as the others.",
         "a file written by joining lines with line feeds")
_warning("HYG105", "A text is not in Unicode's Normalization Form C",
         "It looks like another text and is not equal to it, so that searching and joining fail.",
         "Normalise the text to NFC.",
         "é written as e and a combining accent")
_error("HYG106", "A cell contains a control character",
       "It cannot be seen, and tools drop, escape or refuse it.",
       "Delete the character.",
       "a backspace pasted from a terminal")
_error("HYG107", "A cell contains a character that reorders the text around it",
       "The text then reads otherwise than it is.",
       "Delete the character; right-to-left text needs none of them.",
       "U+202E RIGHT-TO-LEFT OVERRIDE")
_warning("HYG108", "A cell contains a blank that is no plain space",
         "It looks like a space, or like nothing, and is not equal to it.",
         "Write a plain space, or nothing.",
         "a no-break space pasted from a web page")
_warning("HYG109", "A cell begins or ends with a blank",
         "It cannot be seen, and the value is not equal to the one without.",
         "Delete the blank.",
         '"Phnom Penh "')
_warning("HYG110", "A cell begins like a formula",
         "A spreadsheet that opens the file runs it.",
         "Begin the text with another character.",
         '`=HYPERLINK("http://example.org")`')
_warning("HYG111", "A number is not in its canonical form",
         "frictionless reads it; other tools refuse it, or read it as a text.",
         "Write plain digits, without leading zeros, plus sign, spaces or underscores.",
         '"007", "+1", "1_000"')
_warning("HYG112", "A date is not in its canonical form",
         "frictionless reads it; other tools refuse it, and as a text it does not sort.",
         "Write the date as YYYY-MM-DD.",
         '"2024-1-5"')
_warning("HYG113", "The rows are not sorted by their primary key",
         "The difference between two versions of the file then shows rows that only moved.",
         "Sort the rows by the primary key: texts by code point, integers by size.",
         "KH23-C002 below KH23-C010")
_warning("HYG114", "The line ends are not those that the dialect declares",
         "A reader that trusts the declaration leaves a stray character in the last column, or finds one long line.",
         "End the lines as declared, or declare them as they are.",
         '`"lineTerminator": "\\n"` for a file whose lines end in CR LF')
_error("HYG115", "The quotes of a cell are not closed, or not at its end",
       "Readers disagree on such a cell, and most take the rows that follow, up to the next quote or the end of the file, for a part of it.",
       'Close the quotes at the end of the cell; write a quote that belongs to the text twice (`""`).',
       '`7,"the vote,2023-07-23`, where the quote before `the` is closed nowhere')
_error("HYG116", "The line where the header should be is blank",
       "Some readers, frictionless among them, then take the header below it for a row; others skip the blank line.",
       "Delete the blank line.",
       "an empty first line above `id,place`")
# fmt: on

# frictionless's error types (https://framework.frictionlessdata.io/docs/errors/errors.html) and our rule for each;
# a type that is not listed is about a file.
FRICTIONLESS = {
    "type-error": "CEL101", "constraint-error": "CEL102", "cell-error": "CEL101",
    "primary-key": "KEY101", "unique-error": "KEY102", "foreign-key": "KEY103",
    "extra-cell": "TAB102", "missing-cell": "TAB102", "blank-row": "TAB103", "row-error": "TAB102",
    "blank-header": "TAB101", "header-error": "TAB101", "blank-label": "TAB101", "duplicate-label": "TAB101", "extra-label": "TAB101",
    "incorrect-label": "TAB101", "missing-label": "TAB101", "label-error": "TAB101", "unmatched-header": "TAB101",
    "hash-count": "FIL101", "byte-count": "FIL101", "field-count": "FIL101", "row-count": "FIL101",
    "package-error": "PKG101", "resource-error": "PKG101", "schema-error": "PKG101", "field-error": "PKG101", "dialect-error": "PKG101",
    "source-error": "FIL102", "scheme-error": "FIL102", "format-error": "FIL102", "encoding-error": "FIL102", "compression-error": "FIL102",
}  # fmt: skip

__all__ = ["FRICTIONLESS", "RULES"]
