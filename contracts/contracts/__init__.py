"""What OneDoor's services promise each other: events, token claims, problems, pages. Imports pydantic and nothing else."""
