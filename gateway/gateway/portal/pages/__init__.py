"""The portal's pages, by noun: each asks the services, fills a view, and shows it."""
