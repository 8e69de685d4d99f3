"""Rules that need several domains: what was offered to a speaker, what they lack, when they are reminded (`speaking`);
what a new version changed for attendees (`published`); tickets that go to a colleague (`passing`)."""
