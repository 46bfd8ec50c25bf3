"""Rules between a table and the package: the versions of rows, and the codes that rows use."""

import narwhals as nw

from claimtrack import rule

from .common import later_than_package


@rule("STA202", "version_added")
def statement_of_a_later_version(statements: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The statement was added in a version later than the package's.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added`, or raise the package's `version`.
    """
    return later_than_package(statements, package)


@rule("CLM205", "version_added", "version_retired")
def claim_of_a_later_version(claims: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The claim was added or retired in a version later than the package's, or retired before it was added.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added` or `version_retired`, or raise the package's `version`.
    """
    return later_than_package(claims, package)


@rule("CAL206", "version_added", "version_retired")
def call_of_a_later_version(calls: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The call was added or retired in a version later than the package's, or retired before it was added.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added` or `version_retired`, or raise the package's `version`.
    """
    return later_than_package(calls, package)


# ---------------------------------------------------------------------------------------------------------------- codes


@rule("COD201", "list", "code")
def code_unknown_to_the_schemas(codes: nw.LazyFrame, enums: nw.LazyFrame) -> nw.LazyFrame:
    """The code is not in the `enum` of a column that uses its list.

    Why: nobody could use it, and the schema and the code list would disagree.
    Mend: run `claimtrack prepare`, which adds it to the columns whose `codeList` names the list; or delete the row.
    """
    return codes.join(enums, on=["list", "code"], how="anti")


@rule("COD203", "list")
def code_without_a_row(codes: nw.LazyFrame, enums: nw.LazyFrame) -> nw.LazyFrame:
    """A column allows a code of the list that has no row. The list's first row is told.

    Why: a reader who meets the code finds no meaning.
    Mend: add the code's row, or take the code out of the `enum` of every column whose `codeList` names the list.
    """
    lacking = enums.join(codes.select("list", "code"), on=["list", "code"], how="anti").select("list").unique()
    first = codes.join(lacking, on="list", how="semi").group_by("list").agg(nw.col("_row").min())
    return codes.join(first.select("_row"), on="_row", how="semi")
