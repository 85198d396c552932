"""The command line: `slaclock assess`, `explain`, `due` and `example`."""

from .main import main as main
