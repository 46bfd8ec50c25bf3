"""Begins packages and fills them: a new package, a statement's worksheet and what coders write into it, single rows."""
