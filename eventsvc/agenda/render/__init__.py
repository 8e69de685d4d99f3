"""Documents of the programme: a day's grid (`grid`), what a search finds (`finding`), data for search engines (`structured`) and for
pages of others (`compact`)."""
