"""The moving parts: one command, and everything that follows from it until all tokens rest."""
