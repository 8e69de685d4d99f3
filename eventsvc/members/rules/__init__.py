"""Members: `organisations`, whose an address is, their `allowances` at an event, their own page (`links`), many from a file (`imports`)."""
