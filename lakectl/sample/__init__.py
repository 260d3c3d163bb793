"""A synthetic Google Takeout of any size: one invented life, told by every kind of file the lake knows."""

from lakectl.sample.writer import DEFAULT_END, KINDS, ON_REQUEST, archive_path, write_sample

__all__ = ["DEFAULT_END", "KINDS", "ON_REQUEST", "archive_path", "write_sample"]
