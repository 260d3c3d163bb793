"""Decoders: from the bytes of one file to batches of JSON records. `registry` finds one by name."""
