"""What is printed: badges and tickets as PDF and PNG (Typst), and the QR code in both.

Words: a *design* is a named page layout in millimetres, made of *parts*; every event has the presets, and may add its own; a *batch* is a
PDF of many badges, made by the worker and kept for a week; the *press* is the process that runs Typst, apart from the server so that the
server stays small. Data reaches Typst as JSON, so a name cannot inject markup. Only live tickets are printed. Read `render/layouts.py`
first, then `typst/badge.typ`.
"""
