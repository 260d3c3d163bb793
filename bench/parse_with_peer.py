"""Runs in the peers' environment: parses an unpacked export, keeps nothing, prints what it counted."""

import json
import logging
import sys

from google_takeout_parser.log import logger  # type: ignore[import-not-found]
from google_takeout_parser.path_dispatch import TakeoutParser  # type: ignore[import-not-found]

logger.setLevel(logging.CRITICAL)
records = errors = 0
for event in TakeoutParser(sys.argv[1], warn_exceptions=False).parse(cache=False):
    if isinstance(event, Exception):
        errors += 1
    else:
        records += 1
print(json.dumps({"records": records, "errors": errors}))
