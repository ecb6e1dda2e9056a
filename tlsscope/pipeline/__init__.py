"""The only room that joins the others: inputs and options enter, judged Sessions leave."""

from .options import InputFailure, Options, Totals
from .scan import Scan

__all__ = ["InputFailure", "Options", "Scan", "Totals"]
