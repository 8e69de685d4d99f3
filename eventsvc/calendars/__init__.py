"""What is subscribed to: iCalendar feeds and invitations (RFC 5545, RFC 5546), schedule XML and JSON (frab).

No tables. `render/` turns rows into documents and knows no query; `routes.py` loads and answers.
"""
