"""Natural persons, staff, companies, OAuth clients: who they are, how surely that is known, and what they may."""
