"""NumPy expressions set as LaTeX, as a person would write them: what the documents of mutants are made of.

The tree is Python's own, so that one text is both the mathematics that the judge reads and the program by which the
tests find, without the judge, what is true. Ranks are found by running a part at a point: what NumPy would broadcast
otherwise than mathematics does is not set at all.
"""

import ast
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_GREEK = {"lam": r"\lambda", "eps": r"\epsilon", "mu": r"\mu", "gamma": r"\gamma", "beta": r"\beta"}
_FUNCTIONS = {"np.tanh": r"\tanh", "np.sin": r"\sin", "np.cos": r"\cos", "np.log": r"\log", "sigma": r"\sigma",
              "dsigma": r"\sigma'", "softmax": r"\operatorname{softmax}"}  # fmt: skip
_SUM, _PRODUCT, _POWER, _ATOM = range(4)  # how tightly what is written holds together


class Unwritable(Exception):
    """An expression that NumPy admits and mathematics does not write."""


@dataclass(frozen=True)
class Style:
    """The habits of one writer."""

    product: str = " "  # between two numbers
    hadamard: str = r"\odot"
    transposed: str = r"^\top"
    slash: bool = False
    share: bool = False  # x/n as \frac{1}{n} x
    brackets: tuple[str, str] = ("(", ")")
    bounds: bool = False  # of sums
    diagonal: bool = False  # diag(u) v for u ⊙ v
    inner: bool = False  # the square of a norm as a product
    derivative: str = r"\frac{\partial ABOVE}{\partial BELOW}"
    spacing: str = ""
    preamble: str = ""

    def slope(self, above: str, below: str) -> str:
        return self.derivative.replace("ABOVE", above).replace("BELOW", below)


@dataclass
class Writer:
    """Sets expressions, whose names have the values of one point."""

    names: dict[str, Any]
    sizes: dict[str, int]
    style: Style = field(default_factory=Style)
    cost: str = "C"
    layered: frozenset[str] = frozenset()

    def written(self, source: str, **indices: int) -> str:
        self.indices = dict(indices)
        return self.of(ast.parse(source, mode="eval").body)[0]

    # -- parts

    def value(self, e: ast.expr) -> Any:
        code = compile(ast.fix_missing_locations(ast.Expression(e)), "claim", "eval")
        try:
            with np.errstate(all="ignore"):
                # The code is compiled from the rows of this folder alone: no document's text ever gets here.
                return eval(code, self.names | self.sizes | self.indices)
        except Exception as error:
            raise Unwritable(str(error)) from error

    def size(self, length: Any) -> str:
        found = [k for k, n in self.sizes.items() if n == length]
        if len(found) != 1:
            raise Unwritable(f"{length} is no size")
        return found[0]

    def rank(self, e: ast.expr) -> int:
        return np.ndim(self.value(e))

    def of(self, e: ast.expr) -> tuple[str, int]:
        """What is written, and how tightly it holds together."""
        method = getattr(self, f"_{type(e).__name__.lower()}", None)
        if method is None:
            raise Unwritable(ast.unparse(e))
        return method(e)

    def bracketed(self, text: str) -> str:
        opening, closing = self.style.brackets
        return f"{opening}{text}{closing}"

    def at(self, e: ast.expr, least: int) -> str:
        text, tight = self.of(e)
        return text if tight >= least else self.bracketed(text)

    def factor(self, e: ast.expr) -> str:
        """A factor of a product without brackets that could be read otherwise."""
        text = self.at(e, _PRODUCT)
        held = isinstance(e, ast.Call | ast.GeneratorExp) and text.startswith((r"\sum", r"\operatorname{diag}"))
        return self.bracketed(text) if held else text

    def name(self, name: str) -> str:
        if name in _GREEK:
            return _GREEK[name]
        if name[0] == "d" and len(name) > 1 and name[1:] in self.names:
            return self.style.slope(self.cost, self.name(name[1:]))
        return f"{name[:-1]}_{name[-1]}" if name[-1].isdigit() else name

    # -- nodes

    def _name(self, e: ast.Name) -> tuple[str, int]:
        return self.name(e.id), _ATOM

    def _constant(self, e: ast.Constant) -> tuple[str, int]:
        if not isinstance(e.value, int | float):
            raise Unwritable(repr(e.value))
        return f"{e.value:g}", _ATOM

    def _subscript(self, e: ast.Subscript) -> tuple[str, int]:
        parts = e.slice.elts if isinstance(e.slice, ast.Tuple) else [e.slice]
        if isinstance(e.value, ast.Attribute):  # x.shape[0]
            return self.size(self.value(e)), _ATOM
        if isinstance(e.value, ast.Name) and e.value.id in self.layered:
            layer = self.of(parts[0])[0].replace(" ", "")
            name = e.value.id
            if name[0] == "d" and name[1:] in self.layered:
                return self.style.slope(self.cost, f"{name[1:]}^{{{layer}}}"), _ATOM
            return f"{name}^{{{layer}}}" if name != "delta" else rf"\delta^{{{layer}}}", _ATOM
        letters = "".join(self.of(p)[0].replace(" ", "") for p in parts)
        base = self.of(e.value)[0]
        if isinstance(e.value, ast.Name) and e.value.id[0] == "d" and base != e.value.id:
            inner = self.name(e.value.id[1:])
            return self.style.slope(self.cost, f"{inner}_{{{letters}}}"), _ATOM
        if "_" in base:
            raise Unwritable("two subscripts")
        return f"{base}_{{{letters}}}", _ATOM

    def _compare(self, e: ast.Compare) -> tuple[str, int]:
        if not isinstance(e.ops[0], ast.Eq):
            raise Unwritable(ast.unparse(e))
        return rf"\delta_{{{self.of(e.left)[0]}{self.of(e.comparators[0])[0]}}}", _ATOM

    def _attribute(self, e: ast.Attribute) -> tuple[str, int]:
        if e.attr != "T":
            raise Unwritable(ast.unparse(e))
        if self.rank(e.value) < 2:
            return self.of(e.value)
        text, tight = self.of(e.value)
        plain = tight == _ATOM and "^" not in text and not text.startswith(r"\frac") and "/" not in text
        return (text if plain else self.bracketed(text)) + self.style.transposed, _POWER

    def _unaryop(self, e: ast.UnaryOp) -> tuple[str, int]:
        if not isinstance(e.op, ast.USub):
            raise Unwritable(ast.unparse(e))
        return f"-{self.factor(e.operand)}", _SUM

    def _binop(self, e: ast.BinOp) -> tuple[str, int]:
        kinds = {ast.Add: self._sum, ast.Sub: self._sum, ast.Mult: self._times, ast.Div: self._over,
                 ast.MatMult: self._product, ast.Pow: self._power}  # fmt: skip
        return kinds[type(e.op)](e)

    def _conforming(self, e: ast.BinOp, layers: bool = False) -> tuple[int, int]:
        a, b = np.shape(self.value(e.left)), np.shape(self.value(e.right))
        if a and b and a != b:
            raise Unwritable(f"shapes {a} and {b}")
        return len(a), len(b)

    def _sum(self, e: ast.BinOp) -> tuple[str, int]:
        self._conforming(e)
        minus = isinstance(e.op, ast.Sub)
        left, right = self.of(e.left)[0], self.of(e.right)
        held = right[1] == _SUM and (minus or right[0].startswith("-"))
        sums = left.startswith(r"\sum") or (r" \sum" in left and self.of(e.left)[1] == _PRODUCT)
        left = self.bracketed(left) if sums else left
        return f"{left} {'-' if minus else '+'} {self.bracketed(right[0]) if held else right[0]}", _SUM

    def _times(self, e: ast.BinOp) -> tuple[str, int]:
        a, b = self._conforming(e)
        if a and b:
            if self.style.diagonal and a == b == 1:
                return rf"\operatorname{{diag}}{self.bracketed(self.of(e.left)[0])} {self.factor(e.right)}", _PRODUCT
            left, right = (self._entrywise(x) for x in (e.left, e.right))
            return f"{left} {self.style.hadamard} {right}", _PRODUCT
        first, second = (e.right, e.left) if a and not b else (e.left, e.right)  # a number before a vector
        left, right = self.factor(first), self.factor(second)
        sign = self.style.product if not (a or b) else " "
        sign = r" \cdot " if right[0].isdigit() or right[0] == "-" or left.endswith("/") else sign
        return f"{left}{sign}{right}", _PRODUCT

    def _entrywise(self, e: ast.expr) -> str:
        """A factor of ⊙: a product beside it goes into brackets, another ⊙ does not."""
        text, tight = self.of(e)
        same = isinstance(e, ast.BinOp) and isinstance(e.op, ast.Mult) and self.rank(e.left) and self.rank(e.right)
        same = same and not self.style.diagonal
        return text if tight >= _POWER or same else self.bracketed(text)

    def _over(self, e: ast.BinOp) -> tuple[str, int]:
        a, b = self._conforming(e)
        if b:
            left = self._entrywise(e.left) if a else rf"{self.factor(e.left)} \mathbf 1"
            return rf"{left} \oslash {self.at(e.right, _ATOM)}", _PRODUCT
        if self.style.share or (a and not self.style.slash):
            return rf"\frac{{1}}{{{self.of(e.right)[0]}}} {self.factor(e.left)}", _PRODUCT
        if self.style.slash:
            return self.bracketed(f"{self.factor(e.left)} / {self.at(e.right, _POWER)}"), _ATOM
        return rf"\frac{{{self.of(e.left)[0]}}}{{{self.of(e.right)[0]}}}", _PRODUCT

    def _product(self, e: ast.BinOp) -> tuple[str, int]:
        a, b = self.rank(e.left), self.rank(e.right)
        self.value(e)
        left, right = self._chained(e.left), self._chained(e.right)
        if (a, b) == (2, 2) or (a, b) == (2, 1):
            return f"{left} {right}", _PRODUCT
        turned = self._turned(e.left if a == 1 and b == 1 else e.right)
        return f"{turned} {right if b == 1 else left}", _PRODUCT

    def _chained(self, e: ast.expr) -> str:
        """A factor of a product of matrices: products chain, everything else that is composed takes brackets."""
        chained = isinstance(e, ast.BinOp) and isinstance(e.op, ast.MatMult) and self.rank(e) == 2
        chained = chained and self.rank(e.left) == 2 == self.rank(e.right)
        return self.of(e)[0] if chained else self.at(e, _POWER)

    def _turned(self, e: ast.expr) -> str:
        text, tight = self.of(e)
        plain = tight == _ATOM and "^" not in text and "\\frac" not in text
        return (text if plain else self.bracketed(text)) + self.style.transposed

    def _power(self, e: ast.BinOp) -> tuple[str, int]:
        exponent = self.of(e.right)[0]
        if self.rank(e.left) == 2:
            factor = self.at(e.left, _POWER)
            if exponent not in ("2", "3"):
                raise Unwritable("a power of a matrix")
            return f" {self.style.hadamard} ".join([factor] * int(exponent)), _PRODUCT
        text, tight = self.of(e.left)
        plain = tight == _ATOM and "^" not in text and "\\frac" not in text and "/" not in text and "(" not in text
        return f"{text if plain else self.bracketed(text)}^{{{exponent}}}", _POWER

    # -- calls

    def _call(self, e: ast.Call) -> tuple[str, int]:
        called = ast.unparse(e.func)
        if called in _FUNCTIONS and len(e.args) == 1 and not e.keywords:
            return _FUNCTIONS[called] + self.bracketed(self.of(e.args[0])[0]), _POWER
        if called == "np.exp":
            if self.rank(e.args[0]) == 2:
                return rf"\exp{self.bracketed(self.of(e.args[0])[0])}", _POWER
            return f"e^{{{self.of(e.args[0])[0]}}}", _POWER
        if called == "np.sqrt":
            return rf"\sqrt{{{self.of(e.args[0])[0]}}}", _ATOM
        if called == "np.outer":
            left, right = e.args
            if self.rank(left) != 1 or self.rank(right) != 1:
                raise Unwritable("an outer product of other ranks")
            return f"{self.at(left, _POWER)} {self._turned(right)}", _PRODUCT
        if called in ("np.sum", "np.mean") and len(e.args) == 1 and not e.keywords:
            return self._total(e.args[0], called == "np.mean")
        if called == "sum" and isinstance(e.args[0], ast.GeneratorExp):
            return self._indexed_sum(e.args[0])
        if called == "np.ones":
            return r"\mathbf 1", _ATOM
        raise Unwritable(ast.unparse(e))

    def _total(self, e: ast.expr, mean: bool) -> tuple[str, int]:
        shape = np.shape(self.value(e))
        if not shape:
            raise Unwritable("a sum of a number")
        square = isinstance(e, ast.BinOp) and isinstance(e.op, ast.Pow) and ast.unparse(e.right) == "2"
        if square and not (self.style.inner and len(shape) == 1):
            text = rf"\lVert {self.of(e.left)[0]} \rVert{'_F' if len(shape) == 2 else ''}^2"
        elif square:
            text = f"{self._turned(e.left)} {self.at(e.left, _POWER)}"
        else:
            text = rf"\mathbf 1{self.style.transposed} {self.at(e, _POWER)}" + (r" \mathbf 1" if len(shape) > 1 else "")
        if mean:
            sizes = " ".join(self.size(length) for length in shape)
            text = rf"\frac{{1}}{{{sizes}}} {text}"
        return text, _PRODUCT

    def _indexed_sum(self, e: ast.GeneratorExp) -> tuple[str, int]:
        [generator] = e.generators
        index, length = ast.unparse(generator.target), ast.unparse(generator.iter.args[0])
        if index in self.indices:
            raise Unwritable("an index bound twice")
        self.indices[index] = 0
        text, tight = self.of(e.elt)
        del self.indices[index]
        bounds = rf"_{{{index}=1}}^{{{length}}}" if self.style.bounds else f"_{{{index}}}"
        return rf"\sum{bounds} {text if tight > _SUM else self.bracketed(text)}", _PRODUCT
