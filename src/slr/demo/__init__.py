"""The packaged example: its data, and the folder made of it."""
