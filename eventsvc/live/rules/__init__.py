"""Listening (`hub`), what is new (`reader`), who is here (`presence`)."""
