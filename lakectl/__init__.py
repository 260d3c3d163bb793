"""lakectl deploys a Datapunk Lake and loads files into it; the lake itself lives in db/."""

__version__ = "0.1.0"
