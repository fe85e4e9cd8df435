"""Browser sessions: tokens stay here, the browser holds a random cookie."""
