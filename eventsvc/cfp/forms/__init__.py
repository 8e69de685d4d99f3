"""What the pages and the API of the call take: one module a topic."""
