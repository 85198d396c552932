"""The command line: `slaclock COMMAND`, with a file in `commands` for each command."""

from .main import main as main
