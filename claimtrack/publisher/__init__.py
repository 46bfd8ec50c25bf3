"""How a validated package becomes a release: tables → joined model → one small module a form of download or citation."""
