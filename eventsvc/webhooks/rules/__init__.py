"""The verbs of webhooks: `endpoints` (who hears what), `sending` (from the journal to the wire), `network` (where we may connect to)."""
