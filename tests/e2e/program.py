"""lakectl as its user runs it: in a process of its own, on the lake of the environment."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("lakectl")


def lakectl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run lakectl to its end, whatever its exit status."""
    command = [PROGRAM, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
