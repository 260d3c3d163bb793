"""A synthetic Google Takeout of any size: one invented life, told by many kinds of file."""

from lakectl.sample.writer import DEFAULT_END, KINDS, ON_REQUEST, archive_path, write_sample

__all__ = ["DEFAULT_END", "KINDS", "ON_REQUEST", "archive_path", "write_sample"]
