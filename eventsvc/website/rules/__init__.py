"""Rules that need several domains: what was offered to a speaker, what they lack, when they are reminded (`speaking`)."""
