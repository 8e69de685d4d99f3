"""Rows into words: letters as paragraphs, time left, names of languages."""
