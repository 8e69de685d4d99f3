"""Who speaks: name, biography, portrait. A speaker belongs to one event and is known there by a code.

The public page of a speaker lists sessions, so it lives in `agenda`.
"""
