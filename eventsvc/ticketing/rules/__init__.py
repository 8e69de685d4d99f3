"""The verbs of ticketing: `orders` (place, pay, cancel), `tickets` (correct, cancel), `catalogue` (ticket types), `imports`, `reports`."""
