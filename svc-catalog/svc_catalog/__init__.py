"""Service items (事项), guides, life-event bundles (一件事), and the search for them."""
