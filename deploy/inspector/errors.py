"""What stops an inspection before it can say anything."""


class InspectionError(Exception):
    """A tool is missing or broke; the text says what to do."""
