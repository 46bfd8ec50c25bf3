"""Patterns of the characters that are told, and of those that typography asks for."""

# Control characters (C0, DEL) except the tab and line breaks. C1 stands where Windows-1252 has letters and marks.
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
C1 = r"[\x80-\x9f]"
# Unicode's embeddings, overrides and isolates can make a text look different from what it is (CVE-2021-42574). The
# plain marks LRM, RLM and ALM are allowed, because normal right-to-left text has them.
BIDI = r"[\u202a-\u202e\u2066-\u2069]"
SPACES = r"[\u00a0\u2007\u202f]"  # no-break spaces, which look like a space
INVISIBLE = r"[\u2060\u200b\ufeff]"
# In Khmer, Thai, Lao and Burmese the zero-width space separates words, as the space does in other languages
# (https://www.unicode.org/reports/tr14/, section 5.7). It is therefore no fault there.
BETWEEN_WORDS = r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff])\u200b()"
# Where typography asks for a no-break space: after a digit, an opening mark, an initial, or a word of one or two
# letters before a longer one, and before a digit, a unit or a mark (The Unicode Standard, section 6.2).
AFTER_MARK = r"([0-9«‹№§]|[^\W\d_]\.)[\u00a0\u202f]()"
AFTER_SHORT = r"((?:^|[\s(-])[^\W\d_]{1,2})[\u00a0\u202f]([^\W\d_]{2})"
BEFORE_MARK = r"[\u00a0\u202f]([0-9:;!?»›%‰€$£°§)\]–—])()"
USUAL = (BETWEEN_WORDS, AFTER_MARK, AFTER_SHORT, BEFORE_MARK)  # each is replaced by its two groups
ANY = "|".join((CONTROL, C1, BIDI, SPACES, INVISIBLE))
NO_BREAK_AT_EDGE = rf"^(?:{SPACES}|{INVISIBLE})|(?:{SPACES}|{INVISIBLE})$"
EDGE = r"^\s|\s$"
