"""The groups of commands, known by a name and a sentence each, and imported when they are used: together they bring
most of the product, and `firstline smtp` is to be small, `firstline --help` quick."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

# By name, the module whose `app` it is, and what it is for.
GROUPS = {
    "case": ("workers.cli.case", "Cases: look at them, and do to them what staff do."),
    "demo": ("workers.cli.demo", "Try the product without a mail server or a telephone."),
    "shunted": (
        "workers.cli.shunted",
        "Reports that were set aside: shunted after failing, quarantined as not what they say, or discarded.",
    ),
    "held": (
        "workers.cli.held",
        "Messages that are held since a backup was restored: they waited when it was made, and may have gone out.",
    ),
    "migrate": ("workers.cli.migrate", "The tables' revision, and moving from one database to another."),
    "policy": ("workers.cli.policy", "The service schemes: check them, and see what they promise."),
    "directory": (
        "workers.cli.directory",
        "Whom the desk serves, and who serves them: lists in and out, look-ups, gaps in the rota.",
    ),
    "report": (
        "workers.cli.report",
        "Reports to customers: the service of a month, and the account of an accident.",
    ),
    "knowledge": (
        "workers.cli.knowledge",
        "What is known of problems: the desk's own documents, and what closed cases have taught.",
    ),
    "user": ("workers.cli.user", "Who may log in to the staff's pages."),
}


class Groups(TyperGroup):
    """The commands of the program itself, and these groups."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, (module, sentence) in GROUPS.items():
            self.commands[name] = Deferred(name, module, sentence)


class Deferred(TyperGroup):
    """Stands for a group until one of its commands is asked for."""

    def __init__(self, name: str, module: str, sentence: str) -> None:
        super().__init__(name=name, help=sentence)
        self._module = module

    def loaded(self) -> Any:
        """The group itself, with its commands."""
        group = typer.main.get_group(import_module(self._module).app)
        group.name, group.help = self.name, self.help
        return group

    def make_context(self, *arguments: Any, **named: Any) -> Any:
        return self.loaded().make_context(*arguments, **named)
