"""What is printed: badges and tickets as PDF (Typst) and PNG (Pillow), and the QR code in both.

Words: a *design* is a named page layout in millimetres; a *batch* is a PDF being made for many tickets, by the worker.
Data reaches Typst as JSON, so a name cannot inject markup. Typst runs in a process of its own so that the server stays small.
"""
