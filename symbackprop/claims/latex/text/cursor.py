"""A place in the tokens of one formula: look, take, expect; every refusal knows its offset.

Nothing of the grammar is here but what tokens alone decide: braces that match, words of plain letters, TeX's rule of
one digit where braces are missing.
"""

from collections.abc import Sequence

from symbackprop.claims.latex.text.tokens import Token
from symbackprop.errors import ReadError, located

DEEPEST = 60


class Unclear(ReadError):
    """Could be read in two ways."""


class Cursor:
    """Tokens and the place reached in them; ``end`` is the offset after the last. ``closers`` are open brackets'."""

    def __init__(self, given: Sequence[Token], end: int) -> None:
        self.tokens, self.end = list(given), end
        self.k = 0
        self.depth = 0
        self.closers: list[str] = []

    # -- looking

    def peek(self, ahead: int = 0) -> str:
        """The text of a token from here, "" after the last."""
        k = self.k + ahead
        return self.tokens[k].text if k < len(self.tokens) else ""

    @property
    def at(self) -> int:
        return self.tokens[self.k].at if self.k < len(self.tokens) else self.end

    @property
    def ended(self) -> bool:
        return self.k >= len(self.tokens)

    # -- refusing

    def error(self, message: str, at: int | None = None) -> ReadError:
        return located(ReadError(message), self.at if at is None else at)

    def unclear(self, readings: str, at: int | None = None) -> ReadError:
        return located(Unclear(f"could be read in two ways: {readings}"), self.at if at is None else at)

    def unexpected(self, wanted: str) -> ReadError:
        return self.error(f"expected {wanted!r}" + (f", found {self.peek()!r}" if self.peek() else ""))

    def enter(self) -> None:
        """One level deeper. Raises ``ReadError`` where that is too deep."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"nested more than {DEEPEST} deep")

    # -- taking

    def take(self) -> Token:
        if self.k >= len(self.tokens):
            raise self.error("the formula ends too early")
        self.k += 1
        return self.tokens[self.k - 1]

    def accept(self, text: str) -> bool:
        if self.peek() == text and self.k < len(self.tokens):
            self.k += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.unexpected(text)

    def split_number(self) -> None:
        """TeX takes one digit where a command or a script has no braces: ``\\frac12``, ``x^12``."""
        t = None if self.ended else self.tokens[self.k]
        if t is not None and t.kind == "number" and len(t.text) > 1:
            rest = Token("number" if t.text[1] != "." else "sign", t.text[1:], t.at + 1)
            first = Token("number" if t.text[0] != "." else "sign", t.text[0], t.at)
            self.tokens[self.k : self.k + 1] = [first, rest]

    def signs(self) -> int:
        """The signs that stand here, taken, as one: +1 or -1."""
        sign = 1
        while self.peek() in ("+", "-"):
            sign = -sign if self.take().text == "-" else sign
        return sign

    def raw_argument(self) -> Sequence[Token]:
        """What a command takes, unread: the inside of a group, or one token."""
        if not self.accept("{"):
            self.split_number()
            return [self.take()]
        start, depth = self.k, 1
        while depth:
            t = self.take().text
            depth += (t == "{") - (t == "}")
        return self.tokens[start : self.k - 1]

    def skip_group(self) -> None:
        """Pass over a group or one token."""
        if not self.accept("{"):
            self.take()
            return
        depth = 1
        while depth:
            t = self.take().text
            depth += (t == "{") - (t == "}")

    def raw_name(self) -> str:
        """The name in braces, as after \\begin."""
        self.expect("{")
        name = ""
        while self.peek() != "}":
            name += self.take().text
        self.k += 1
        return name

    def plain_word(self) -> str | None:
        """A letter, or a group of letters and digits alone, taken; else None and nothing is taken."""
        if self.peek() != "{":
            if not self.ended and self.tokens[self.k].kind == "letter":
                return self.take().text
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
