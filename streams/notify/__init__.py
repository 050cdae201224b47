"""Ways to tell people: each renders the neutral card in its own way."""
