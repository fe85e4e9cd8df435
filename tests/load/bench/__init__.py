"""How fast OneDoor is and how much memory it takes, beside what the same machine does bare: `make bench`."""
