"""What only claim tracking needs: canonical text, pointers, coverage, status and agreement."""
