"""The only room that joins the others: inputs and options enter, judged Sessions leave."""

from .options import Engine, InputFailure, Options, Totals
from .scan import Scan

__all__ = ["Engine", "InputFailure", "Options", "Scan", "Totals"]
