"""Page models, split by noun: `views/cases.py` holds what the pages of cases show."""
