"""A judged document set anew: its words, its formulas from our reading, and a verdict in the margin of each claim.

Below a wrong line stand the mended one, the counterexample and what the mistake is called. The result is a sheet like
any other, so that every format of sheets is one of these too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from symbackprop.claims.latex.syntax.parser import Parser
from symbackprop.claims.latex.syntax.statements import Statement, statements
from symbackprop.claims.latex.syntax.tree import Relation
from symbackprop.claims.latex.text.displays import Display, displays
from symbackprop.claims.latex.text.tokens import macros, tokens
from symbackprop.claims.layer_style import LayerStyle
from symbackprop.claims.printing import Line, printed, printed_lines
from symbackprop.claims.prose import Passage, passages, shown
from symbackprop.claims.report import Claim, Report
from symbackprop.claims.sources import Source, source_of_file
from symbackprop.claims.text import place_of, remarks, shown_input
from symbackprop.errors import ReadError
from symbackprop.sheet.blocks import Block, Equations, Items, Listing, Paragraph, Row, Section, Table
from symbackprop.sheet.sheet import Sheet

_WORDS = {"proved": "proved", "refuted": "refuted", "agrees": "agrees by numbers alone", "unread": "not read"}
_LONGEST = 1500  # characters of a formula that is shown as it was written
Place = tuple[int | None, int, int]  # cell of a notebook, line, column


def annotated_file(name: str | Path, report: Report) -> Sheet:
    """The annotated document of a file that ``report`` is about."""
    return annotated_source(source_of_file(name), report)


def annotated(text: str, report: Report) -> Sheet:
    r"""The document of that text with the report's verdicts.

    >>> from symbackprop.claims.verify import verify
    >>> text = "Let $x > 0$ and $y = x^2$. $$\\frac{dy}{dx} = 2x$$"
    >>> sheet = annotated(text, verify(text))
    >>> sheet.sections[0].blocks[-1].rows[0].mark
    'proved'
    """
    return annotated_source(Source(text), report)


def annotated_source(source: Source, report: Report) -> Sheet:
    """The document of a source with the report's verdicts."""
    setting = _Setting(source, report)
    setting.run()
    title = f"Verdicts on {shown(Path(report.file).name)}" if report.file else "Verdicts"
    sections = (*setting.sections(), _readings(report))
    return Sheet(title, sections, subtitle=_summary(report))


def _summary(report: Report) -> str:
    counted = ", ".join(f"{n} {_WORDS[v]}" for v, n in report.summary.items() if n) or "nothing to judge"
    wrong = report.first_wrong
    if wrong is None:
        return counted
    return f"{counted}; the first wrong step is {shown(wrong)}, {place_of(report[wrong])}"


def _place(c: Claim) -> Place:
    return c.cell, c.line, c.column


@dataclass
class _Setting:
    """One document on its way into blocks."""

    source: Source
    report: Report
    _sections: list[tuple[str, list[Block]]] = field(default_factory=lambda: [("", [])])
    _paragraph: list[str] = field(default_factory=list)
    _left: dict[Place, list[Claim]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.source.text

    @property
    def style(self) -> LayerStyle:
        return LayerStyle.of(self.text)

    def run(self) -> None:
        for c in self.report.claims:
            self._left.setdefault(_place(c), []).append(c)
        found = displays(self.text)
        given = statements(found, macros(self.text))
        for number, display in enumerate(found):
            self._words(passages(display.before))
            own = [s for s in given if s.display == number]
            (self._inline if display.inline else self._display)(display, own)
        self._words(passages(self.text[found[-1].at + len(found[-1].text) :] if found else self.text))
        self._end_paragraph()
        rest = [c for claims in self._left.values() for c in claims]
        if rest:  # nothing that was judged may be missing
            self._sections.append(("Further claims", []))
            for c in rest:
                self._blocks.extend(_as_written(c.source, [c]))

    def sections(self) -> tuple[Section, ...]:
        return tuple(Section(title, tuple(blocks)) for title, blocks in self._sections if title or blocks)

    @property
    def _blocks(self) -> list[Block]:
        return self._sections[-1][1]

    def _words(self, given: Sequence[Passage]) -> None:
        for p in given:
            if p.heading is not None:
                self._end_paragraph()
                self._sections.append((p.heading, []))
            if p.text.strip(r"$\∖ "):
                self._paragraph.append(p.text)

    def _end_paragraph(self) -> None:
        if self._paragraph:
            self._blocks.append(Paragraph(re.sub(r" (?=[,.;:!?])", "", " ".join(self._paragraph))))
        self._paragraph = []

    def _inline(self, display: Display, own: list[Statement]) -> None:
        claims = [c for s in own for c in self._claims_of(s)]
        if claims:
            self._display(display, own, claims)
            return
        lines = [printed_lines(s.node) if s.node is not None else None for s in own]
        if not own or None in lines:
            self._paragraph.append(shown(display.text.strip()))
        else:
            self._paragraph.append(", ".join(f"${self.style(_in_line(found))}$" for found in lines if found))

    def _display(self, display: Display, own: list[Statement], known: list[Claim] | None = None) -> None:
        self._end_paragraph()
        known = known or [c for s in own for c in self._claims_of(s)]
        for s in own:
            mine = [c for c in known if self._is_of(c, s)]
            for b in self._statement(s, mine):
                self._add(b)

    def _add(self, block: Block) -> None:
        """Lines that follow one another are one display."""
        last = self._blocks[-1] if self._blocks else None
        if isinstance(block, Equations) and isinstance(last, Equations):
            self._blocks[-1] = Equations((*last.rows, *block.rows))
        else:
            self._blocks.append(block)

    def _places_of(self, s: Statement) -> list[Place]:
        links = s.node.places if isinstance(s.node, Relation) else ()
        return [(self.source.cell(at), *self.source.of(at)) for at in (s.at, *links[1:])]

    def _claims_of(self, s: Statement) -> list[Claim]:
        return [c for place in self._places_of(s) for c in self._left.pop(place, [])]

    def _is_of(self, c: Claim, s: Statement) -> bool:
        return _place(c) in self._places_of(s)

    def _statement(self, s: Statement, claims: list[Claim]) -> Iterator[Block]:
        lines = printed_lines(s.node) if s.node is not None else None
        places = self._places_of(s)
        if lines is None or len(lines) != len(places) or len(set(map(_place, claims))) != len(claims):
            end = s.tokens[-1].at + len(s.tokens[-1].text)
            yield from _as_written(" ".join(self.text[s.at : end].split()), claims)
            return
        at = {_place(c): c for c in claims}
        rows: list[Row] = []
        for line, place in zip(lines, places, strict=True):
            claim = at.get(place)
            mended = _mended(claim.repair, lines[0].left) if claim is not None and claim.repair else ()
            remarks = _remarks(claim) if claim is not None else []
            for row in (_row(line, claim), *mended):
                rows.append(replace(row, left=self.style(row.left), right=self.style(row.right)))
            if remarks:
                yield Equations(tuple(rows))
                yield Items(tuple(remarks))
                rows = []
        if rows:
            yield Equations(tuple(rows))


def _in_line(lines: Sequence[Line]) -> str:
    return " ".join(f"{n.left} {n.relation} {n.right}".strip() for n in lines)


def _row(line: Line, claim: Claim | None) -> Row:
    if claim is None:
        return Row(line.left, line.relation, line.right)
    return Row(line.left, line.relation, line.right, shown(claim.id), mark=claim.verdict)


def _mended(repair: str, left: str) -> list[Row]:
    """The line as it should be; a repair is printed anew like everything else."""
    try:
        node = Parser(tokens(repair), len(repair)).formula()
    except (ReadError, RecursionError):
        return []
    lines = printed_lines(node)
    if lines is None:
        return []
    if isinstance(node, Relation):
        return [Row(n.left, n.relation, n.right, "mended") for n in lines]
    return [Row(left, "=", str(printed(node)), "mended")]


def _remarks(claim: Claim) -> list[str]:
    """What the report says below a claim; the repair stands above as a formula."""
    bare = replace(claim, repair=None) if claim.repair and _mended(claim.repair, "") else claim
    return [shown(line.strip()) for line in remarks(bare) if line.strip("^ ")]


def _as_written(source: str, claims: list[Claim]) -> Iterator[Block]:
    """A formula that cannot be printed from its reading: program text, and the verdicts below."""
    yield Listing(shown(source[:_LONGEST]).replace(r"\$", "$").replace("∖", "\\"))
    for c in claims:
        yield Equations((Row("", "", rf"\text{{{_WORDS[c.verdict]}}}", shown(c.id), mark=c.verdict),))
        remarks = _remarks(c)
        if remarks:
            yield Items(tuple(remarks))


def _readings(report: Report) -> Section:
    """How everything was understood: the reading is what the verdicts are about."""
    blocks: list[Block] = []
    rows = [(shown(c.id), _WORDS[c.verdict], shown(c.reading or "-")) for c in report.claims]
    given = [f"{shown_input(i)}, {i['how']}" for i in report.inputs]
    if given:
        blocks.append(Paragraph("Inputs: " + shown("; ".join(given)) + "."))
    if report.assumptions:
        blocks.append(Paragraph("Assumed: " + shown("; ".join(report.assumptions)) + "."))
    defined = [str(d["reading"]) for d in report.definitions if d.get("reading")]
    if defined:
        blocks.append(Listing("\n".join(map(shown, defined)), "Definitions, in index notation:"))
    if rows:
        blocks.append(Table(("claim", "verdict", "read as"), tuple(rows)))
    return Section("How it was read", tuple(blocks))
