"""Verbs and decisions of the call. Read `seen` before you show a reviewer anything."""
