"""Where `lakectl` begins, and `python -m lakectl`."""

import sys


def run() -> None:
    """Run the command line. Ctrl-C while its modules are still being read is quiet, like any later one."""
    try:
        from lakectl import cli  # noqa: PLC0415 - reading them takes long enough to be interrupted
        from lakectl.cli import pipes  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.exit(130)
    pipes.forgive()
    cli.run()


if __name__ == "__main__":
    run()
