"""How a claim-tracking package is checked: descriptor → tables as text → cells → keys → rules → findings → report."""
