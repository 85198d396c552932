"""`slaclock completion`: what a shell has to know, so that the Tab key completes commands, options and files."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from slaclock.formats.extras import needs_extra

SHELLS = ("bash", "zsh", "fish")
EXAMPLES = (
    'eval "$(slaclock completion bash)"   # in ~/.bashrc',
    'eval "$(slaclock completion zsh)"    # in ~/.zshrc, after compinit',
    "slaclock completion fish | source     # in ~/.config/fish/config.fish",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `completion`."""
    parser.add_argument("shell", choices=SHELLS, help="the shell that you use")


def run(arguments: Namespace) -> int:
    """Print the code for the shell."""
    with needs_extra("cli"):
        from argcomplete.shell_integration import shellcode
    print(shellcode(["slaclock"], shell=arguments.shell))
    return 0
