"""Members: `organisations`, whose an address is, their `allowances` at an event, organisations from a file (`imports`)."""
