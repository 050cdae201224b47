"""What a turn is about: the taxonomy (who owns which subject, how people put it) and the tagger that applies it."""
