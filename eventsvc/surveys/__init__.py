"""What people thought: one survey after the event, a link for each attendee, answered once.

Words: a *reply* is one person's answers. A reply does not name its ticket: `key` is a keyed fingerprint that makes a second
reply impossible without saying whose the first was. *Feedback* is what one person thought of one session: stars, and a word that its
speakers read without a name.
"""
