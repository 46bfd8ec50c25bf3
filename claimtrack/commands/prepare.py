"""Puts a claim package in form for a commit: one command for what otherwise takes six."""

import argparse

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, add_package, one_package
from claimtrack.commands.options import parser as parser_of


def parser() -> Parser:
    """Returns the parser of `prepare`'s options."""
    words = (
        "Put a package in form for a commit, with all that it has: codes in the Table Schemas, the form of files, "
        "checksums, generated documents, CITATION.cff. Then check it, and compare it with the last commit where it "
        "lies in a git repository. Tables are taken as they are now; it says which had changed."
    )
    made = parser_of("prepare", "[PACKAGE]", words, "prepare")
    add_package(made)
    made.add_argument("--strict", action="store_true", help="warnings count as errors")
    return made


def run(options: argparse.Namespace) -> int:
    """Takes each step, and says what it did. Returns the worst exit code of the check and the comparison."""
    with bootstrap.loading():
        from claimtrack.authoring.code_lists import spread
        from claimtrack.authoring.draft import Draft
        from claimtrack.commands import check, cite, diff, docs, fix
        from claimtrack.commands.valid import claim_package
        from claimtrack.package.checksums import fits
        from claimtrack.package.revision import has_revision
        from claimtrack.publisher.history import CHANGELOG, releases

    where = one_package(options)
    draft = Draft(claim_package(where))
    codes = spread(draft)
    draft.write()
    print(f"codes in the Table Schemas: {', '.join(codes) or 'nothing to do'}")
    opened = claim_package(where)
    changed = [one["name"] for one in opened.resources if not fits(one, draft.path(one["name"]).read_bytes())]
    print("form and checksums: ", end="", flush=True)
    resealed = ["--reseal", ",".join(changed)] if changed else []
    if code := fix.run(fix.parser().parse_args([*resealed, "--", where])):
        return code
    print("documents ", end="", flush=True)
    docs.run(docs.parser().parse_args([where]))
    if opened.source.has("CITATION.cff"):
        before = opened.document("CITATION.cff")
        cite.run(cite.parser().parse_args(["--write", "--package", where]))
        is_same = claim_package(where).document("CITATION.cff") == before
        print(f"CITATION.cff: {'as it was' if is_same else 'written anew'}")
    newest = next(iter(releases(opened.document(CHANGELOG) or "")), None)
    if newest and not newest.notes:
        print(f"{CHANGELOG}: says nothing of {newest.version} yet; say there what is new")
    strict = ["--strict"] * options.strict
    code = check.run(check.parser().parse_args(["--quiet", *strict, "--", where]))
    print({0: "valid", 1: "not valid: see above"}.get(code, "could not be checked whole"))
    if code == 0 and has_revision("HEAD", opened.root):
        print("since the last commit:")
        code = diff.run(diff.parser().parse_args([*strict, "HEAD", where]))
    return code
