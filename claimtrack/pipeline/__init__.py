"""One validation, from a path to a verdict: the run, profiles, selection, settings and baseline."""
