"""The backends, which read rows and evaluate rules. They share one protocol."""
