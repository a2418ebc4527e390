"""Jinja with delimiters that LaTeX does not use, strict about names that are not there."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

Filters = Mapping[str, Callable[..., Any]]


@cache
def environment(autoescape: bool) -> Environment:
    """Templates of this package: ``<< value >>``, ``<% statement %>``, ``<# comment #>``."""
    return Environment(
        loader=PackageLoader("symbackprop.sheet"),
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        undefined=StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(template: str, filters: Filters, autoescape: bool = False, **values: Any) -> str:
    """The template filled in."""
    shared = environment(autoescape)
    overlay = shared.overlay()
    overlay.filters = {**shared.filters, **filters}
    return overlay.get_template(template).render(values)


def kind(block: Any) -> str:
    """The name of a block's class: what a template chooses by."""
    return type(block).__name__
