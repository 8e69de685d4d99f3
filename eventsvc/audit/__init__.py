"""The journal: what happened, to what, by whom. One row per verb, written in the verb's own transaction.

Webhooks, live updates and the history tab read it; verbs never call them. It points at nobody: actor and subject are
plain values, because it must outlive what it describes. Facts hold no personal data beyond what the action itself needs.
"""
