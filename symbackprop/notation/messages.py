"""Table of everything that the notation refuses: error, message, what would fit, and texts that are refused so.

The stages raise ``Refusal`` with a key and the place; ``formula`` turns it into the error that people see, with the
line and a caret. The tests iterate the bad examples.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from symbackprop.errors import ReadError, ShapeError
from symbackprop.notation.syntax import Place


@dataclass(frozen=True)
class Message:
    """One row; ``message`` and ``hint`` are templates, ``bad`` holds texts that are refused with it."""

    error: type[ReadError]
    message: str
    hint: str
    bad: tuple[str, ...]


class Refusal(Exception):
    """A key of the table, a place, and what fills the template."""

    def __init__(self, key: str, at: Place, **fields: Any) -> None:
        super().__init__(key)
        self.key, self.at, self.fields = key, at, fields

    def error(self, text: str) -> ReadError:
        row = MESSAGES[self.key]
        lines = text.split("\n")
        fields = dict(self.fields)
        if "other" in fields:
            # Where two lines clash, both are shown: this one with the caret, the other one in the hint.
            other = fields.pop("other")
            fields |= {"other_line": other.line, "other_source": lines[other.line - 1].strip()[:100]}
        hint = row.hint.format(**fields)
        return row.error(row.message.format(**fields), text, self.at.line, self.at.column, hint)


def nearest(name: str, known: Any) -> str:
    """``", did you mean 'x'?"`` or nothing.

    >>> nearest("sigmod", ["sigmoid", "tanh"])
    "did you mean 'sigmoid'? "
    """
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}? " if close else ""


_BOTH = "line {other_line} is: {other_source}"


def _read(message: str, hint: str, *bad: str) -> Message:
    return Message(ReadError, message, hint, bad)


def _shape(message: str, hint: str, *bad: str) -> Message:
    return Message(ShapeError, message, hint, bad)


MESSAGES: dict[str, Message] = {
    # Lexis and limits
    "too_long": _read("the text has {length} characters, at most {limit} are read", "", "a = 1" + " " * 200_000),
    "long_line": _read("more than {limit} tokens in one equation", "name the parts", "a = 1" + "+1" * 3_000),
    "long_name": _read("the name {start}... has more than {limit} characters", "shorten it", "a = " + "b" * 65),
    "underscore": _read("the name {name!r} begins with an underscore", "names begin with a letter", "a = __class__"),
    "long_number": _read(
        "a number has at most {limit} digits and an exponent of at most {scale}", "", "a = " + "1" * 99, "a = 1e999"
    ),
    "character": _read("{char!r} is not part of the notation", "{hint}", "a = 2^3", "a = \x00", "α = 1", "a = b'"),
    "unclosed": _read("this {bracket} is never closed", "", "a = (1 + 2", "input x[N\ny = 1"),
    "unopened": _read("this {bracket} closes nothing", "", "a = 1)", "a = (1]"),
    "too_deep": _read(
        "nested more than {limit} deep", "name the parts", "a = " + "(" * 61 + "1" + ")" * 61, "a = " + "-" * 99 + "1"
    ),
    # Grammar
    "expected": _read("{what} is expected here, not {found}", "{hint}", "a = ", "a = 2 x", "a = 1 +", "input 3", "a b"),
    "left": _read("the left side is one name, or one entry: z[n,j]", "", "1 = 2", "(a) = 1"),
    "chained": _read("comparisons are not chained", "multiply two of them: (a < b)*(b < c)", "a = 1 < 2 < 3"),
    "no_slots": _read("empty brackets", "scalars carry no brackets: {name}", "input x[]\ny = x"),
    "label_bound": _read("a label needs the number of its classes", "label {name} < K", "label t[N]\nC = sum(n, t[n])"),
    "const_bound": _read("a const is positive or free", "const {name} > 0", "const e > 1\nC = e"),
    "nothing": _read("no equation", "write one a line: z[n,j] = sum(i, x[n,i]*W[i,j]) + b[j]", "", "input x[N]", "# a"),
    # Names
    "reserved": _read("{name!r} is a function, so it cannot name a {kind}", "", "input exp[N]\na = 1", "pi = 3"),
    "clash": _read(
        "{name!r} is a {kind} here, but a {other_kind} in line {other_line}",
        _BOTH,
        "input x[N]\nsize x\na = 1",
        "input x[N]\ny = sum(N, x[N])",
        "input x[N]\nN = 1",
    ),
    "twice": _read(
        "{name!r} is a {other_kind} since line {other_line} already",
        _BOTH,
        "a = 1\na = 2",
        "input x[N], x[M]\na = 1",
        "input x\nx = 1",
        "input x[T]\nh[t] = h[t-1] + x[t]\nh[-1] = 0\nh[-1] = 1",
        "input x[N]\nindex n < N, n < 3\na = 1",
    ),
    "unknown": _read(
        "unknown name {name!r}", "{near}declare it: input {name}[...], param {name}[...]", "C = v + 1", "a = v[0]"
    ),
    "no_function": _read("there is no function {name!r}", "{hint}", "input x\ny = sigmod(x)", "input x\ny = x(1)"),
    "function_bare": _read("{name!r} is a function and needs its argument", "{name}(...)", "a = exp + 1", "a = sum"),
    "arguments": _read("{name} takes {wanted}", "{usage}", "a = exp(1, 2)", "a = where(1, 2)", "a = maximum(1)"),
    "reducer": _read(
        "{name} reduces over an index: first the indices, then what is reduced",
        "{usage}",
        "input x\ny = max(0, x)",
        "input x[N]\ny = sum(x)",
    ),
    "infinite": _read("inf stands only under max and where", "where(s <= t, z[s,t], -inf)", "a = 1 + inf"),
    "shadow": _read(
        "the index {name!r} is already in use around this sum",
        "rename one of them",
        "input x[N]\ny = sum(n, sum(n, x[n]))",
        "input x[N]\ny[n] = sum(n, x[n])",
    ),
    # Numbers
    "undefined": _read("this is not a real number", "{hint}", "a = 1/0", "a = sqrt(-1)", "a = log(0)", "a = 0/0"),
    "exponent": _read(
        "a numeric exponent is a fraction between -{limit} and {limit}", "", "a = 9**9**9", "input x\na = x**65"
    ),
    "huge": _read("this number grows beyond all use", "", "a = ((9**64)**64)**64", "a = exp(exp(exp(9)))"),
    "integer": _read("{what} is an integer", "{hint}", "input x[N/2]\na = 1", "input x[N]\na = x[0.5]"),
    "not_here": _read(
        "{what} cannot stand here",
        "{hint}",
        "input x[(2,3)]\ny = (1,2)",
        "input x[exp(2)]\ny = 1",
        "input x[((1,2),3)]\ny=1",
    ),
    "positive": _shape("a size is positive, this is {size}", "", "input x[0]\na = 1", "input x[2-3]\na = 1"),
    # Shapes and ranges
    "slots": _shape(
        "{name} has {wanted} indices, here {given}",
        "{name} is {shape}",
        "input x[N,D]\ny = sum(n, x[n])",
        "a = 1\nb = a[0]",
    ),
    "group": _shape(
        "this slot of {name} is {wanted}",
        "{name} is {shape}",
        "input x[N]\ny = x[(0,1)]",
        "input x[(2,N)]\ny = x[(0,1,0)]",
    ),
    "free": _shape(
        "the index {name!r} stands on the right side alone",
        "sum over it, sum({name}, ...), or put it on the left: {left}",
        "input x[N]\ny = x[n]",
    ),
    "left_slot": _shape(
        "a slot on the left is an index, a group of indices, or (in a boundary) a number or a size",
        "",
        "input x[N]\ny[n+1] = x[n]",
        "input x[N]\ny[(n,0)] = x[n]",
        "input x[N]\ny[1/2] = 1",
    ),
    "left_twice": _shape("the index {name!r} stands twice on the left", "", "input x[N]\ny[n,n] = x[n]"),
    "range": _shape(
        "the range of the index {name!r} is not known", "declare it: {line}", "input x[N]\ny[i] = x[i+1]", "y[n] = 1"
    ),
    "conflict": _shape(
        "the index {name!r} runs to {one} ({one_use}), but here to {two} ({two_use})",
        "{advice}",
        "input x[N], y[M]\nC = sum(i, x[i]*y[i])",
        "input x[3], y[4]\nC = sum(i, x[i]*y[i])",
        "input x[N]\nindex i < M\nC = sum(i, x[i])",
    ),
    "outside": _shape(
        "{slot} is outside of this axis of {name}, which runs from 0 to {size} - 1",
        "{name} is {shape}",
        "input x[N]\ny = x[-1]",
        "input x[3]\ny = x[3]",
        "input x[N]\ny = x[N]",
    ),
    "label_range": _shape(
        "{label} runs to {one}, but this axis of {name} to {two}",
        "{name} is {shape}",
        "label t[N] < K\nparam W[V,D]\ny[n,d] = W[t[n],d]",
    ),
    "not_label": _shape(
        "{name} is a {role} and holds no integers, so it is no index", "label {name} < K", "input x[N], y\na = x[y]"
    ),
    # Recurrences
    "inside": _shape(
        "a boundary lies outside of the axis: at -1, or at its length", "{hint}", "input x[T]\nh[t]=h[t-1]+x[t]\nh[0]=1"
    ),
    "only_boundary": _shape(
        "{name} has a value at a fixed place, but no equation", "{hint}", "y[0] = 1", "input x[n]\ny[n] = x[n]"
    ),
    "circle": _shape("{reason}", "", "a = b + 1\nb = a", "input x[T]\nh[t] = h[t-1] + h[t+1] + x[t]\nh[-1]=0\nh[T]=0"),
    "boundary": _shape(
        "{name} reads {read}, but its value there is not given",
        "write the boundary: {line}",
        "input x[T]\nh[t]=h[t-1]+x[t]",
    ),
}
