"""Documents of the programme: the grid of a day (`grid`), structured data for search engines (`structured`)."""
