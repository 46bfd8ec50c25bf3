"""Rules between the columns of `codes`."""

import narwhals as nw

from claimtrack import rule

from .common import given, schema_of

schema = schema_of("codes")


@rule("COD101", "crosswalk_scheme", "crosswalk_code")
def half_a_crosswalk(codes: nw.LazyFrame) -> nw.LazyFrame:
    """A crosswalk has a scheme and no code, or a code and no scheme.

    Why: a number without its scheme means nothing.
    Mend: fill in both `crosswalk_scheme` and `crosswalk_code`, or empty both.
    """
    return codes.filter(given("crosswalk_scheme", "crosswalk_code") == 1)


SCHEMES = {  # the form of the codes of each scheme that is known
    "huridocs_mt4": r"[0-9]{2}(?: [0-9]{2}){5}",  # HURIDOCS micro-thesaurus 4, types of acts
    "huridocs_mt24": r"[0-9]{2}(?: [0-9]{2}){5}",  # HURIDOCS micro-thesaurus 24, types of perpetrators
    "upr_info": r"[1-5]",  # UPR Info's five categories of action
    # The claim types of AVeriTeC (Schlichtkrull, Guo and Vlachos, 2023).
    "averitec": r"(?:Speculative|Opinion|Causal|Numerical|Event/Property) Claim|Quote Verification|Position Statement",
}


@rule("COD102", "crosswalk_code", "crosswalk_scheme")
def no_code_of_its_scheme(codes: nw.LazyFrame) -> nw.LazyFrame:
    """The counterpart is of a form that no code of its scheme has.

    Why: whoever follows the crosswalk would find nothing.
    Mend: correct `crosswalk_code` or `crosswalk_scheme`.
    """
    wrong = [
        (nw.col("crosswalk_scheme") == scheme) & ~nw.col("crosswalk_code").str.contains(f"^(?:{form})$")
        for scheme, form in SCHEMES.items()
    ]
    return codes.filter(nw.any_horizontal(*wrong, ignore_nulls=True))


LISTS = {  # the lists whose codes a scheme has counterparts of
    "huridocs_mt4": ["act"],
    "huridocs_mt24": ["actor_kind"],
    "upr_info": ["action", "category"],
    "averitec": ["claim_type"],
}


@rule("COD107", "crosswalk_scheme", "list")
def scheme_of_another_list(codes: nw.LazyFrame) -> nw.LazyFrame:
    """The scheme of the counterpart is one for another list.

    Why: an act has no counterpart among kinds of actors.
    Mend: correct `crosswalk_scheme`, or empty it and `crosswalk_code`.
    """
    wrong = [(nw.col("crosswalk_scheme") == scheme) & ~nw.col("list").is_in(lists) for scheme, lists in LISTS.items()]
    return codes.filter(nw.any_horizontal(*wrong, ignore_nulls=True))


@rule("COD108", "crosswalk_code", "code")
def category_of_another_number(codes: nw.LazyFrame) -> nw.LazyFrame:
    """A category of action has another number than its counterpart in UPR Info's scale, which the list follows.

    Why: whoever compares calls with recommendations would compare other categories.
    Mend: correct `crosswalk_code`.
    """
    scale = (nw.col("list") == "category") & (nw.col("crosswalk_scheme") == "upr_info")
    return codes.filter(scale & (nw.col("crosswalk_code") != nw.col("code")))
