"""What travels: event types, codec, rows. Imports nothing of ours."""
