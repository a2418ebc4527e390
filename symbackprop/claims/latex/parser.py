"""One formula from tokens to a tree: precedence climbing, everything consumed or refused at its place.

From loose to tight: relations, sums, products (juxtaposition included), sign, function application, scripts. A sum
sign reaches to the next + or - of its level. What a reader could take in two ways (``x / 2 y``, ``\\tanh x y``) is
refused with both readings.
"""

from collections.abc import Sequence
from fractions import Fraction

from symbackprop.claims.latex.tokens import REFUSED, Token
from symbackprop.claims.latex.tree import (
    Apply,
    Cases,
    Derivative,
    Group,
    Letter,
    Matrix,
    Node,
    Number,
    Product,
    Quotient,
    Reduce,
    Relation,
    Root,
    Script,
    Special,
    Sum,
    Superscript,
    Words,
)
from symbackprop.errors import ReadError

DEEPEST = 60
RELATIONS = {
    "=": "=", "<": "<", ">": ">", "\\le": "<=", "\\leq": "<=", "\\leqslant": "<=", "\\ge": ">=", "\\geq": ">=",
    "\\geqslant": ">=", "\\lt": "<", "\\gt": ">", "\\neq": "!=", "\\ne": "!=", "\\in": "in", "\\notin": "notin",
    "\\coloneqq": ":=", "\\triangleq": ":=", "\\equiv": ":=", "\\doteq": ":=", "\\leftarrow": "<-", "\\gets": "<-",
    "\\approx": "~", "\\sim": "~", "\\simeq": "~", "\\cong": "~", "\\propto": "~", "\\to": "->",
    "\\rightarrow": "->", "\\mapsto": "->", "\\longrightarrow": "->", ":=": ":=", "\\subset": "in",
    "\\subseteq": "in", "\\succ": "succ", "\\succeq": "succ", "\\ll": "~", "\\gg": "~", "\\colon": ":", ":": ":",
}  # fmt: skip
PRODUCTS = {
    "\\cdot": "cdot", "*": "*", "\\ast": "*", "\\times": "times", "\\odot": "odot", "\\circ": "odot",
    "\\circledast": "odot", "\\otimes": "otimes", "\\oslash": "oslash", "/": "/", "\\div": "/", "\\bullet": "cdot",
    "\\bigodot": "odot", "\\cdotp": "cdot",
}  # fmt: skip
FUNCTIONS = {
    "\\tanh": "tanh", "\\exp": "exp", "\\log": "log", "\\ln": "log", "\\sin": "sin", "\\cos": "cos", "\\tan": "tan",
    "\\sinh": "sinh", "\\cosh": "cosh", "\\det": "det", "\\lg": "log10", "\\arctan": "arctan", "\\sec": "sec",
    "\\tr": "tr", "\\diag": "diag", "\\softmax": "softmax", "\\relu": "relu", "\\ReLU": "relu", "\\sign": "sign",
    "\\sgn": "sign", "\\erf": "erf",
}  # fmt: skip
NAMED = {
    "softmax": "softmax", "relu": "relu", "sigmoid": "sigmoid", "logistic": "sigmoid", "tanh": "tanh", "exp": "exp",
    "log": "log", "ln": "log", "diag": "diag", "tr": "tr", "trace": "tr", "det": "det", "sign": "sign", "sgn": "sign",
    "softplus": "softplus", "erf": "erf", "sin": "sin", "cos": "cos", "abs": "abs", "step": "step", "max": "max",
    "vec": "vec", "swish": "swish", "silu": "swish", "gelu": "gelu", "logsumexp": "logsumexp", "mean": "mean",
    "logsoftmax": "logsoftmax", "lse": "logsumexp", "sum": "sum",
}  # fmt: skip
_ACCENTS = ("\\hat", "\\widehat", "\\tilde", "\\widetilde", "\\bar", "\\overline", "\\dot", "\\check", "\\breve")
_FONTS = (
    "\\mathbf", "\\boldsymbol", "\\bm", "\\vec", "\\mathrm", "\\mathit", "\\mathsf", "\\mathcal", "\\mathtt", "\\pmb",
    "\\mathfrak", "\\mathscr", "\\mathbb", "\\mathds", "\\symbf", "\\overrightarrow", "\\underline", "\\ensuremath",
    "\\operatorname", "\\mathop", "\\mathnormal", "\\boxed", "\\fbox", "\\cancel", "\\mathbin", "\\mathrel",
    "\\mathord",
)  # fmt: skip
_LETTERS = frozenset(
    r"\alpha \beta \gamma \delta \epsilon \varepsilon \zeta \eta \theta \vartheta \iota \kappa \lambda \mu \nu \xi \pi"
    r" \rho \varrho \sigma \varsigma \tau \upsilon \phi \varphi \chi \psi \omega \Gamma \Delta \Theta \Lambda \Xi \Pi"
    r" \Sigma \Upsilon \Phi \Psi \Omega \ell \hbar \mathcal \imath \jmath \Im \Re \R".split()
)
_OPEN = {
    "(": ("(", (")", "]")), "[": ("[", ("]", ")")), "\\{": ("{", ("\\}",)), "\\lbrace": ("{", ("\\rbrace",)),
    "\\lvert": ("|", ("\\rvert",)), "\\lVert": ("norm", ("\\rVert",)), "\\langle": ("angle", ("\\rangle",)),
    "|": ("|", ("|",)), "\\|": ("norm", ("\\|",)), "\\Vert": ("norm", ("\\Vert",)), "\\vert": ("|", ("\\vert",)),
    "\\lbrack": ("[", ("\\rbrack",)), "\\llbracket": ("[", ("\\rrbracket",)), "\\lfloor": ("floor", ("\\rfloor",)),
}  # fmt: skip
_CLOSERS = frozenset(c for _, closers in _OPEN.values() for c in closers) | {"}", "&", "\\\\", "\\end"}
_SAME_FACE = frozenset(("|", "\\|", "\\Vert", "\\vert"))
_DOTS = ("\\dots", "\\ldots", "\\cdots", "\\vdots", "\\ddots", "\\dotsc", "\\dotsb")
_TRANSPOSES = ("\\top", "\\intercal", "\\mathsf", "\\mathrm", "\\mathit", "\\mathtt", "\\text", "\\t", "\\prime")
_MATRICES = ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "smallmatrix", "array")


class Unclear(ReadError):
    """Could be read in two ways."""


class Parser:
    """``text`` is the whole document, for carets; ``line_of`` gives line and column of an offset."""

    def __init__(self, given: Sequence[Token], end: int) -> None:
        self.tokens, self.end = list(given), end
        self.k = 0
        self.depth = 0
        self.closers: list[str] = []

    # -- tokens

    def peek(self, ahead: int = 0) -> str:
        k = self.k + ahead
        return self.tokens[k].text if k < len(self.tokens) else ""

    @property
    def at(self) -> int:
        return self.tokens[self.k].at if self.k < len(self.tokens) else self.end

    def take(self) -> Token:
        if self.k >= len(self.tokens):
            raise self.error("the formula ends too early")
        self.k += 1
        return self.tokens[self.k - 1]

    def split_number(self) -> None:
        """TeX takes one digit where a command or a script has no braces: ``\\frac12``, ``x^12``."""
        t = self.tokens[self.k] if self.k < len(self.tokens) else None
        if t is not None and t.kind == "number" and len(t.text) > 1:
            rest = Token("number" if t.text[1] != "." else "sign", t.text[1:], t.at + 1)
            self.tokens[self.k : self.k + 1] = [Token("number", t.text[0], t.at), rest]

    def accept(self, text: str) -> bool:
        if self.peek() == text and self.k < len(self.tokens):
            self.k += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.error(f"expected {text!r}" + (f", found {self.peek()!r}" if self.peek() else ""))

    def error(self, message: str, at: int | None = None) -> ReadError:
        return located(ReadError(message), self.at if at is None else at)

    # -- formulas

    def formula(self) -> Node:
        """The whole of the tokens as one formula. Raises ``ReadError`` at the first token that does not fit."""
        node = self.relation(lists=True)
        if self.k < len(self.tokens):
            raise self.error(f"cannot read {self.peek()!r} here")
        return node

    def _item(self, lists: bool) -> Node:
        """One side of a relation; at the top a list by commas, as in ``x, y \\in``."""
        start = self.at
        items = [self.sum()]
        while lists and self.accept(","):
            items.append(self.sum())
        return items[0] if len(items) == 1 else Group(start, "list", tuple(items))

    def relation(self, lists: bool = False) -> Node:
        start = self.at
        items, signs, places = [], [], []
        if self._relation_sign() is None:
            items.append(self._item(lists))
        else:
            items.append(Special(start, "empty"))
        while (sign := self._relation_sign()) is not None:
            places.append(self.at)
            self.k += 2 if self.peek() == ":" and self.peek(1) == "=" else 1
            if self.peek() == "&":
                self.k += 1
            signs.append(sign)
            items.append(self._item(lists))
        return Relation(start, tuple(items), tuple(signs), tuple(places)) if signs else items[0]

    def _relation_sign(self) -> str | None:
        if self.peek() == ":" and self.peek(1) == "=":
            return ":="
        if self.peek() == "\\not" and self.peek(1) in RELATIONS:
            self.k += 1
            return "!=" if self.peek() == "=" else "notin"
        return RELATIONS.get(self.peek())

    def sum(self) -> Node:
        start = self.at
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"nested more than {DEEPEST} deep")
        terms = []
        sign = 1
        while self.peek() in ("+", "-"):
            sign = -sign if self.take().text == "-" else sign
        if self.peek() in ("\\pm", "\\mp"):
            raise self.error("± is two formulas in one: write both")
        terms.append((sign, self.product()))
        while self.peek() in ("+", "-"):
            sign = 1
            while self.peek() in ("+", "-"):
                sign = -sign if self.take().text == "-" else sign
            terms.append((sign, self.product()))
        self.depth -= 1
        return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else Sum(start, tuple(terms))

    def product(self) -> Node:
        start = self.at
        factors: list[tuple[str, Node]] = [("", self.factor())]
        while True:
            if self.peek() in PRODUCTS:
                op = PRODUCTS[self.take().text]
                sign = 1
                while self.peek() in ("+", "-"):
                    sign = -sign if self.take().text == "-" else sign
                factor = self.factor()
                factors.append((op, factor if sign > 0 else Sum(factor.at, ((-1, factor),))))
                if op == "/":
                    self._check_slash(factors)
            elif self._starts_factor():
                factors.append(("", self.factor()))
            else:
                break
        return factors[0][1] if len(factors) == 1 else Product(start, tuple(factors))

    def _check_slash(self, factors: list[tuple[str, Node]]) -> None:
        """``a / b c`` is (a/b)c to some and a/(bc) to others."""
        below = factors[-1][1]
        if not self._starts_factor() or isinstance(below, Group) or self.peek() in ("\\sum", "(", "[", "\\{"):
            return
        above = factors[-2][1]
        if isinstance(below, Number) and isinstance(above, Number) and len(factors) == 2:
            return
        at = self.at
        raise located(Unclear("could be read in two ways: (a / b) c or a / (b c); write brackets or \\frac"), at)

    def _starts_factor(self) -> bool:
        t = self.peek()
        if self.k >= len(self.tokens) or (t in _CLOSERS and not (t in _SAME_FACE and self._opens(t))):
            return False
        if t in RELATIONS or t in PRODUCTS or t in ("+", "-", "_", "^", ",", ";", "'", ".", "\\pm", "\\mp"):
            return False
        return not (t == "\\not" and self.peek(1) in RELATIONS)

    def _opens(self, face: str) -> bool:
        """Whether a bar that stands here opens: it closes where one of its face is open."""
        return face not in self.closers

    # -- factors

    def factor(self) -> Node:
        return self.scripted()

    def scripted(self) -> Node:
        start = self.at
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"nested more than {DEEPEST} deep")
        node = self.atom()
        below: tuple[Node, ...] = ()
        above: Superscript | None = None
        primes = 0
        while True:
            t = self.peek()
            if t == "_" and not below:
                self.k += 1
                below = self._below()
            elif t == "^" and self.peek(1) in ("\\prime",):
                self.k += 2
                primes += 1
            elif t == "^" and self.peek(1) == "{" and self.peek(2) == "\\prime" and self.peek(3) == "}":
                self.k += 4
                primes += 1
            elif t == "^" and above is None:
                self.k += 1
                above = self._above()
            elif t in ("'", "\\prime"):
                self.k += 1
                primes += 1
            elif t == "{" and self.peek(1) == "}":
                self.k += 2
            elif t in ("_", "^"):
                raise self.error(f"a second {t!r} on one symbol")
            else:
                break
        self.depth -= 1
        if isinstance(node, Special) and node.name.startswith("reduce:"):
            return self._reduce(node, below, above)
        if isinstance(node, Special) and node.name.startswith("function:"):
            return self._application(node, below, above, primes)
        if isinstance(node, Special) and node.name == "nabla":
            return self._nabla(start, below, above)
        if isinstance(node, Special) and node.name == "partial":
            return self._partial(start, below, above)
        if not below and above is None and not primes:
            return node
        if isinstance(node, Script):
            merged = _merged(node, below, above, primes)
            if merged is not None:
                return merged
        return Script(start, node, below, above, primes)

    def atom(self) -> Node:
        t = self.take()
        text, at = t.text, t.at
        if t.kind == "number":
            return Number(at, Fraction(text))
        if t.kind == "letter" or text in _LETTERS:
            return Letter(at, text.lstrip("\\"))
        if t.kind == "text":
            return self._words(t)
        if text in REFUSED:
            raise self.error(f"{text} is not mathematics: refused", at)
        if text == "{":
            return self._braced()
        if text in _OPEN:
            return self._group(text, at)
        if text in _ACCENTS:
            return self._accented(text, at)
        if text in _FONTS:
            return self._font(text, at)
        if text in ("\\frac", "\\dfrac", "\\tfrac", "\\cfrac", "\\nicefrac", "\\sfrac"):
            return self._fraction(at)
        if text == "\\sqrt":
            return self._root(at)
        if text in FUNCTIONS:
            return Special(at, "function:" + FUNCTIONS[text])
        if text in ("\\sum", "\\prod", "\\max", "\\min", "\\argmax", "\\arg", "\\mathbb{E}"):
            return Special(at, "reduce:" + text[1:])
        if text in ("\\nabla", "\\partial"):
            return Special(at, text[1:])
        if text in _DOTS:
            return Special(at, "dots")
        if text == "\\infty":
            return Special(at, "infinity")
        if text == "\\begin":
            return self._environment(at)
        return self._decoration(text, at)

    def _decoration(self, text: str, at: int) -> Node:
        """What only dresses a formula up."""
        if text in (
            "\\underbrace",
            "\\overbrace",
            "\\underset",
            "\\overset",
            "\\stackrel",
            "\\textcolor",
            "\\colorbox",
        ):
            if text in ("\\underset", "\\overset", "\\stackrel", "\\textcolor", "\\colorbox"):
                self._skip_group()
            node = self._argument()
            if text in ("\\underbrace", "\\overbrace") and self.peek() in ("_", "^"):
                self.k += 1
                self._skip_group()
            return node
        if text == "\\color":
            self._skip_group()
            return self.scripted()
        if text == "\\operatorname*":
            return self._font("\\operatorname", at)
        raise self.error(f"{text} is not known here" if text[:1] == "\\" else f"cannot read {text!r} here", at)

    def _skip_group(self) -> None:
        if not self.accept("{"):
            self.take()
            return
        depth = 1
        while depth:
            t = self.take().text
            depth += (t == "{") - (t == "}")

    def _braced(self) -> Node:
        self.closers.append("}")
        node = self.relation()
        self.closers.pop()
        self.expect("}")
        return node

    def _argument(self) -> Node:
        """What a command takes: a group, or one token."""
        if self.accept("{"):
            if self.accept("}"):
                return Special(self.at, "empty")
            return self._braced()
        self.split_number()
        return self.atom()

    def _group(self, text: str, at: int) -> Node:
        kind, closers = _OPEN[text]
        if text == "|" and self.peek() == "|" and self._opens("||"):
            self.k += 1
            self.closers.append("|")
            self.closers.append("||")
            node = self.relation()
            self.closers.pop()
            self.closers.pop()
            self.expect("|")
            self.expect("|")
            return Group(at, "norm", (node,))
        self.closers.append(closers[0])
        items = [self.relation()]
        while self.peek() in (",", ";") or (kind == "{" and self.peek() == ":"):
            self.k += 1
            items.append(self.relation())
        self.closers.pop()
        if self.peek() not in closers:
            raise self.error(f"expected {closers[0]!r}" + (f", found {self.peek()!r}" if self.peek() else ""))
        closer = self.take().text
        if (text, closer) in (("(", "]"), ("[", ")")):
            kind = "interval"
        return Group(at, kind, tuple(items))

    def _accented(self, text: str, at: int) -> Node:
        inner = self._argument()
        name = {"\\widehat": "hat", "\\widetilde": "tilde", "\\overline": "bar"}.get(text, text[1:])
        if isinstance(inner, Letter):
            return Letter(at, f"{name} {inner.name}")
        if isinstance(inner, Script) and isinstance(inner.base, Letter):
            return Script(at, Letter(at, f"{name} {inner.base.name}"), inner.below, inner.above, inner.primes)
        raise self.error(f"{text} over more than one symbol", at)

    def _font(self, text: str, at: int) -> Node:
        word = self._plain_word()
        if word is not None:
            if text in ("\\mathbf", "\\mathbb", "\\boldsymbol", "\\bm", "\\mathds", "\\vec") and word == "1":
                return Special(at, "ones")
            key = word.lower().replace(" ", "").replace("-", "")
            if text == "\\mathbb" and word == "I" and self.peek() in ("[", "(", "\\{"):
                return Special(at, "ones")
            if key in NAMED and len(word) > 1:
                return Special(at, "reduce:max" if key in ("max",) else "function:" + NAMED[key])
            if key == "argmax":
                return Special(at, "reduce:argmax")
            if word == "d" and text == "\\mathrm":
                return Letter(at, "d")
            if text == "\\mathbb":
                return Letter(at, "mathbb " + word)
            return Letter(at, word.replace(" ", "_"))
        node = self._argument()
        if isinstance(node, Number) and node.value == 1 and text in ("\\mathbf", "\\mathbb", "\\boldsymbol", "\\bm"):
            return Special(at, "ones")
        return node

    def _plain_word(self) -> str | None:
        """A group of letters and digits alone, taken; else None and nothing is taken."""
        if self.peek() != "{":
            t = self.tokens[self.k] if self.k < len(self.tokens) else None
            if t is not None and t.kind == "letter":
                self.k += 1
                return t.text
            return None
        k, word = self.k + 1, ""
        while k < len(self.tokens) and self.tokens[k].kind in ("letter", "number", "text"):
            t = self.tokens[k]
            word += t.text.partition(":")[2] if t.kind == "text" else t.text
            k += 1
        if k < len(self.tokens) and self.tokens[k].text == "}" and word:
            self.k = k + 1
            return word
        return None

    def _words(self, t: Token) -> Node:
        command, _, text = t.text.partition(":")
        key = text.strip().lower().replace(" ", "").replace("-", "")
        if command in ("hspace", "vspace", "label", "tag", "ref", "eqref"):
            raise self.error(f"\\{command} in the middle of a formula", t.at)
        if key in NAMED:
            return Special(t.at, "reduce:max" if key == "max" else "function:" + NAMED[key])
        return Words(t.at, text.strip())

    def _root(self, at: int) -> Node:
        degree = None
        if self.accept("["):
            degree = self.sum()
            self.expect("]")
        return Root(at, self._argument(), degree)

    # -- scripts

    def _below(self) -> tuple[Node, ...]:
        if not self.accept("{"):
            self.split_number()
            return (self.atom(),)
        self.closers.append("}")
        items: list[Node] = []
        while True:
            items.append(self.relation())
            if not (self.accept(",") or self.accept(";")):
                break
        self.closers.pop()
        self.expect("}")
        return tuple(items)

    def _above(self) -> Superscript:
        braced = self.accept("{")
        found = Superscript()
        if not braced:
            self.split_number()
            return self._above_part(found, single=True)
        while self.peek() != "}":
            if self.k >= len(self.tokens):
                raise self.error("expected '}'")
            found = self._above_part(found, single=False)
        self.expect("}")
        return found

    def _above_part(self, so_far: Superscript, single: bool) -> Superscript:
        from dataclasses import replace

        t = self.peek()
        if t in ("\\top", "\\intercal", "\\mathsf", "\\mathrm", "\\mathit") or t == "T":
            save = self.k
            self.k += 1
            if t in ("\\mathsf", "\\mathrm", "\\mathit"):
                word = self._plain_word()
                if word != "T":
                    self.k = save
                    return replace(so_far, power=self.sum())
            if single or self.peek() in ("}", "^", "'"):
                return replace(so_far, transposed=True)
            self.k = save
        if not single and t == "-" and self.peek(2) == "}" and self.peek(1) in ("1", "\\top", "T"):
            self.k += 2
            if self.peek(-1) == "1":
                return replace(so_far, inverse=True)
            return replace(so_far, inverse=True, transposed=True)
        if t in ("[", "(") and not single and so_far.power is None and so_far.label is None:
            self.k += 1
            self.closers.append("]" if t == "[" else ")")
            label = self.sum()
            self.closers.pop()
            self.expect("]" if t == "[" else ")")
            after = self.peek()
            if after in ("}", "T", "\\top", "\\intercal", "\\mathsf") or (after == "-" and self.peek(1) in ("1", "T")):
                return replace(so_far, label=label, bracket=t)
            raise self.error("a bracketed superscript is a label; nothing but a transposition may follow it")
        if so_far.power is not None:
            raise self.error("two superscripts in one")
        return replace(so_far, power=self.atom() if single else self._power())

    def _power(self) -> Node:
        self.closers.append("}")
        node = self.sum()
        self.closers.pop()
        if self.peek() == "/" or self.peek() in RELATIONS:
            raise self.error(f"{self.peek()!r} in a superscript")
        if (
            isinstance(node, Product)
            and len(node.factors) == 2
            and node.factors[1] == ("", Letter(node.factors[1][1].at, "T"))
        ):
            raise self.error("a label followed by T: write the label in brackets")
        return node

    # -- fractions and derivatives

    def _fraction(self, at: int) -> Node:
        above, below = self._raw_argument(), self._raw_argument()
        derivative = self._derivative(at, above, below)
        if derivative is not None:
            return derivative
        return Quotient(at, self._sub(above).formula(), self._sub(below).formula())

    def _raw_argument(self) -> Sequence[Token]:
        if not self.accept("{"):
            self.split_number()
            return [self.take()]
        start, depth = self.k, 1
        while depth:
            t = self.take().text
            depth += (t == "{") - (t == "}")
        return self.tokens[start : self.k - 1]

    def _sub(self, given: Sequence[Token]) -> "Parser":
        inner = Parser(given, given[-1].at + 1 if given else self.at)
        inner.depth = self.depth + 1
        if inner.depth > DEEPEST:
            raise self.error(f"nested more than {DEEPEST} deep")
        return inner

    def _derivative(self, at: int, above: Sequence[Token], below: Sequence[Token]) -> Node | None:
        """The fraction as a derivative, where both parts begin with the same ∂ or d."""
        above, below = _without_boldness(above), _without_boldness(below)
        sign = next((s for s in ("\\partial", "d") if above and below and above[0].text == below[0].text == s), None)
        if sign is None or len(below) < 2:
            return None
        numerator = self._sub(above[1:])
        order = 1
        if numerator.peek() == "^":
            numerator.k += 1
            power = numerator._above().power
            if not isinstance(power, Number):
                raise self.error("a derivative of unknown order", at)
            order = int(power.value)
        of = numerator.product() if numerator.k < len(numerator.tokens) else None
        if numerator.k < len(numerator.tokens):
            raise numerator.error("cannot read this in the numerator of a derivative")
        by = self._denominators(below, sign, order)
        if len(by) != order:
            raise self.error(f"a derivative of order {order} by {len(by)} variables", at)
        kind = "partial" if sign == "\\partial" else "d"
        if of is None:
            of = self._operand()
        return Derivative(at, kind, of, by, order)

    def _denominators(self, below: Sequence[Token], sign: str, order: int) -> tuple[Node, ...]:
        pieces: list[list[Token]] = []
        depth = 0
        for t in below:
            if t.text == sign and depth == 0:
                pieces.append([])
            elif pieces:
                pieces[-1].append(t)
            depth += (t.text in ("{", "(", "[")) - (t.text in ("}", ")", "]"))
        found: list[Node] = []
        for piece in pieces:
            node = self._sub(piece).formula()
            times = 1
            if (
                order > 1
                and isinstance(node, Script)
                and node.above is not None
                and isinstance(node.above.power, Number)
            ):
                times = int(node.above.power.value)
                node = Script(node.at, node.base, node.below, None, node.primes) if node.below else node.base
            found += [node] * min(times, 10)
        return tuple(found)

    def _operand(self) -> Node:
        """What a derivative operator, ∇ or Σ acts on: the rest of the product."""
        if not self._starts_factor():
            raise self.error("a derivative of nothing")
        return self.product()

    def _partial(self, start: int, below: tuple[Node, ...], above: Superscript | None) -> Node:
        if below:
            return Derivative(start, "partial", self.scripted(), below)
        if above is not None:
            raise self.error("write a derivative of higher order with \\frac")
        of = self.scripted()
        self.expect("/")
        if not self.accept("\\partial"):
            raise self.error("expected \\partial")
        return Derivative(start, "partial", of, (self.scripted(),))

    def _nabla(self, start: int, below: tuple[Node, ...], above: Superscript | None) -> Node:
        order = 1
        if above is not None:
            if not (isinstance(above.power, Number) and above.power.value == 2 and below):
                raise self.error("this superscript on ∇", start)
            order, below = 2, (*below, *below) if len(below) == 1 else below
        if not self._starts_factor():
            return Derivative(start, "nabla", None, below, order)
        return Derivative(start, "nabla", self._applied(), below, order)

    def _applied(self) -> Node:
        """A factor, with its argument where it is an application: f(x)."""
        node = self.scripted()
        if isinstance(node, Letter | Script) and self.peek() == "(":
            return Product(node.at, (("", node), ("", self.scripted())))
        return node

    # -- functions and big operators

    def _application(self, head: Special, below: tuple[Node, ...], above: Superscript | None, primes: int) -> Node:
        name = head.name.partition(":")[2]
        argument = self._function_argument(name)
        return Apply(head.at, name, argument, above, below, primes)

    def _function_argument(self, name: str) -> Node:
        if not self._starts_factor():
            raise self.error(f"{name} of nothing")
        if self.peek() in ("\\sum", "\\prod", "\\frac", "\\dfrac", "\\tfrac"):
            node = self.scripted()
            if not isinstance(node, Reduce) and self._starts_factor():
                raise self._unclear_argument(name)
            return node
        is_group = self.peek() in ("(", "[", "\\{", "{", "|", "\\lvert", "\\|", "\\lVert")
        node = self.scripted()
        if is_group:
            if isinstance(node, Script) and isinstance(node.base, Group) and node.above is not None:
                raise located(
                    Unclear(f"could be read in two ways: {name}(…) raised, or {name} of what is raised"), node.at
                )
            return node
        if isinstance(node, Number) and self._starts_factor() and self.peek() not in ("(", "["):
            node = Product(node.at, (("", node), ("", self.scripted())))
        while isinstance(node, Letter | Script) and self.peek() == "(":
            node = Product(node.at, (("", node), ("", self.scripted())))
        if self._starts_factor():
            raise self._unclear_argument(name)
        return node

    def _unclear_argument(self, name: str) -> ReadError:
        message = f"could be read in two ways: {name}(a) b or {name}(a b); write brackets"
        return located(Unclear(message), self.at)

    def _reduce(self, head: Special, below: tuple[Node, ...], above: Superscript | None) -> Node:
        kind = head.name.partition(":")[2]
        if kind in ("max", "min") and not below:
            argument = self._function_argument(kind)
            return Apply(head.at, kind, argument)
        under = below[0] if len(below) == 1 else Group(head.at, "list", below) if below else None
        over = above.power if above is not None else None
        if not self._starts_factor():
            if self.peek() in ("+", "-"):
                sign = -1 if self.take().text == "-" else 1
                inner = self.product()
                return Reduce(head.at, kind, under, over, Sum(inner.at, ((sign, inner),)))
            raise self.error(f"a {kind} of nothing")
        return Reduce(head.at, kind, under, over, self.product())

    # -- environments

    def _environment(self, at: int) -> Node:
        name = self._raw_name()
        if name.rstrip("*") in ("cases", "dcases", "rcases"):
            return Cases(at, tuple(self._branches(self._cells(name))))
        if name.rstrip("*") in _MATRICES:
            if name == "array" and self.peek() == "{":
                self._skip_group()
            return Matrix(at, tuple(tuple(self._sub(c).formula() for c in row) for row in self._cells(name)))
        raise self.error(f"\\begin{{{name}}} inside a formula", at)

    def _raw_name(self) -> str:
        self.expect("{")
        name = ""
        while self.peek() != "}":
            name += self.take().text
        self.k += 1
        return name

    def _cells(self, name: str) -> list[list[list[Token]]]:
        rows: list[list[list[Token]]] = [[[]]]
        depth = 0
        while True:
            t = self.take()
            if t.text == "\\end" and depth == 0:
                self._raw_name()
                break
            depth += (t.text in ("{", "\\begin")) - (t.text in ("}", "\\end"))
            if t.text == "\\begin" or t.text == "\\end":
                depth += 0
            if t.text == "\\\\" and depth == 0:
                rows.append([[]])
            elif t.text == "&" and depth == 0:
                rows[-1].append([])
            else:
                rows[-1][-1].append(t)
        return [row for row in rows if any(cell for cell in row)]

    def _branches(self, rows: list[list[list[Token]]]) -> list[tuple[Node, Node | None]]:
        found = []
        for row in rows:
            value = _trimmed(row[0])
            condition = [t for cell in row[1:] for t in cell]
            if not condition:  # "value, if condition" without an alignment mark
                split = next((k for k, t in enumerate(value) if t.kind == "text" or t.text == ","), len(value))
                value, condition = value[:split], value[split:]
            condition = [t for t in _trimmed(condition) if t.kind != "text" or _is_condition(t)]
            value = _trimmed(value)
            words = [t for t in condition if t.kind == "text"]
            condition = [t for t in condition if t.kind != "text"]
            if words and not condition:
                inner = words[0].text.partition(":")[2]
                raise self.error(f"a condition in words: {inner}", words[0].at)
            found.append((self._sub(value).formula(), self._sub(condition).formula() if condition else None))
        return found


def _is_condition(t: Token) -> bool:
    words = t.text.partition(":")[2].strip().lower()
    plain = ("if", "for", "when", "se", "otherwise", "else", "caso contrário", "", "senão", "where", "quando", "para")
    return words.strip(" ,.:") not in plain


def _trimmed(given: Sequence[Token]) -> list[Token]:
    found = list(given)
    while found and found[-1].text in (",", ".", ";", "\\quad", "\\qquad"):
        found.pop()
    while found and found[0].text in (",", "\\quad", "\\qquad"):
        found.pop(0)
    return [t for t in found if t.text not in ("\\quad", "\\qquad")]


def _without_boldness(given: Sequence[Token]) -> Sequence[Token]:
    """``{\\mathrm{d}}`` at the start as ``d``."""
    texts = [t.text for t in given[:4]]
    if texts[:4] == ["\\mathrm", "{", "d", "}"]:
        return [given[2], *given[4:]]
    if texts[:2] == ["\\mathrm", "d"]:
        return given[1:]
    return given


def _merged(node: Script, below: tuple[Node, ...], above: Superscript | None, primes: int) -> Script | None:
    """``{W_1}^T`` as ``W_1^T``; None where both have the same script."""
    if (node.below and below) or (node.above is not None and above is not None):
        return None
    return Script(node.at, node.base, node.below or below, node.above or above, node.primes + primes)


def located(error: ReadError, at: int) -> ReadError:
    """An error that knows its offset; the document's reader turns it into line and column."""
    error.at = at  # type: ignore[attr-defined]
    return error
