"""The command line: one verb is one module and one row of ``commands.VERBS``; heavy imports wait for it to run."""

from symbackprop.cli.commands import main

__all__ = ["main"]
