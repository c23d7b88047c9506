"""Words for people, and harmless text from hostile text."""
