"""Formats of exported records: one file each, found by content, not by suffix."""
