"""Jinja with delimiters that LaTeX does not use, strict about names that are not there."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

Filters = Mapping[str, Callable[..., Any]]


@cache
def _template(name: str, filters: tuple[tuple[str, Callable[..., Any]], ...], autoescape: bool) -> Template:
    """A template of this package: ``<< value >>``, ``<% statement %>``, ``<# comment #>``; compiled once."""
    environment = Environment(
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
    environment.filters.update(filters)
    return environment.get_template(name)


def render(template: str, filters: Filters, autoescape: bool = False, **values: Any) -> str:
    """The template filled in; the filters are the same functions each time."""
    return _template(template, tuple(filters.items()), autoescape).render(values)


def kind(block: Any) -> str:
    """The name of a block's class: what a template chooses by."""
    return type(block).__name__
