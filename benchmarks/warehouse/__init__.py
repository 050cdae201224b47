"""The warehouse at ten million pieces of feedback: what a reader waits for."""
