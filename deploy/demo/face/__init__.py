"""A live-face verifier that looks at nobody: the person says what it shall have seen."""
