"""Plain values of arguments, made without pydantic: what was typed enters, a value leaves.

typer has pydantic make each value, and to load pydantic takes longer than to read a small capture. Texts, lists of
texts, choices and whole numbers are made here; all else, and every mistake, is left to typer. A typer that does not ask
here loses nothing but time.
"""

from enum import Enum
from typing import Any

from typer.core import TyperCommand, TyperGroup

from .spelling import spelled

UNKNOWN = object()
MOST_DIGITS = 18


class QuickCommand(TyperCommand):
    """A command whose plain values are made here."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments."""
        return super().parse_args(ctx, spelled(args))

    def get_params(self, ctx: Any) -> Any:
        """List the parameters; `--help` is one of them."""
        return _quick(super().get_params(ctx))


class QuickGroup(TyperGroup):
    """The group of them."""

    def get_params(self, ctx: Any) -> Any:
        """List the parameters; `--help` is one of them."""
        return _quick(super().get_params(ctx))


def _quick(params: list[Any]) -> list[Any]:
    for param in params:
        if getattr(param, "_runtime_param", UNKNOWN) is None:
            param._runtime_param = _Plain()
    return params


class _Plain:
    """Stands where typer keeps what makes a parameter's values."""

    def coerce(self, value: object, param: Any, ctx: Any) -> object:
        """Make the value, or step aside for typer."""
        several = param.multiple or param.nargs == -1
        wanted = param.type_descriptor
        made = (() if several else None) if value is None else plain(wanted.annotation, value)
        if made is UNKNOWN and wanted.annotation is int:
            made = whole(value, wanted.parameter_info.min, wanted.parameter_info.max)
        if made is not UNKNOWN:
            return made
        param._runtime_param = None
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def plain(annotation: object, value: object) -> object:
    """Make a value that needs no judgement."""
    if annotation is str and isinstance(value, str):
        return value
    if annotation == list[str] and isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return list(value)
    if not isinstance(annotation, type):
        return UNKNOWN
    if type(value) is annotation:
        return value
    if issubclass(annotation, Enum):
        return next((one for one in annotation if one.value == value), UNKNOWN)
    return UNKNOWN


def whole(value: object, least: float | None, most: float | None) -> object:
    """Make a whole number that is written in digits alone and lies within its bounds."""
    if not (isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS):
        return UNKNOWN
    number = int(value)
    within = (least is None or least <= number) and (most is None or number <= most)
    return number if within else UNKNOWN
