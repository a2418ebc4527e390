"""The sheet: what it says, that every format holds it, and that TeX takes it without overfull lines."""

import re
from html.parser import HTMLParser

import pytest

import symbackprop as sb
from symbackprop.checking import check
from symbackprop.errors import DataError
from symbackprop.sheet import pdf
from symbackprop.sheet.blocks import Equations, Items, Listing, Paragraph, Plot, Row, Section, Series, Statement, Table
from symbackprop.sheet.breaking import break_formula
from symbackprop.sheet.build import build
from symbackprop.sheet.sheet import Sheet
from symbackprop.sheet.width import width
from tests.formulas import FORMULAS

needs_tex = pytest.mark.skipif(pdf.find_tex() is None, reason="no pdflatex")
IRIS = """
input x[N,D]
param W1[H,D], b1[H], W2[K,H], b2[K]
label t[N] < K
z1[n,j] = sum(i, x[n,i]*W1[j,i]) + b1[j]
a1[n,j] = relu(z1[n,j])
z2[n,k] = sum(j, a1[n,j]*W2[k,j]) + b2[k]
p[n,k] = exp(z2[n,k])/sum(l, exp(z2[n,l]))
C = sum(n, log(sum(k, exp(z2[n,k]))) - z2[n,t[n]])/N
"""


@pytest.fixture(scope="module")
def iris():
    d = sb.derive(sb.formula(IRIS))
    history = {"loss": [1.1, 0.5, 0.2], "gradient_norms": {"0.weight": [0.3, 0.2, 0.1]}}
    return build(d, check=check(d), history=history, title="Iris: 50% of $x_i$ & more")


def rows(sheet):
    """All lines of all displays, those inside of statements included."""
    todo = [b for s in sheet.sections for b in s.blocks]
    while todo:
        b = todo.pop(0)
        if isinstance(b, Statement):
            todo = [*b.blocks, *todo]
        elif isinstance(b, Equations):
            yield from b.rows


def section(sheet, title):
    return next(s for s in sheet.sections if title in s.title)


def test_every_tensor_has_the_number_of_its_equation(iris):
    assert iris.references["z1"] == "(1)" and iris.references["C"] == "(5)" and iris.references["dz2"] == "(6)"
    by_number = {}
    for row in rows(iris):
        if row.number is not None:
            by_number.setdefault(f"({row.number})", set()).add(row.right)
    assert r"\frac{p_{nk} - [t_{n} = k]}{N}" in by_number[iris.references["dz2"]]
    assert sorted(by_number, key=lambda s: int(s[1:-1])) == [f"({k + 1})" for k in range(len(by_number))]


def test_the_theorem_states_every_gradient(iris):
    theorem = iris.sections[0].blocks[0]
    lefts = [r.left for r in theorem.blocks[1].rows]
    assert [rf"\frac{{\partial C}}{{\partial {t}}}" in lefts for t in ("W^{(1)}_{ji}", "b^{(2)}_{k}")] == [True, True]
    assert "no argument is at a kink" in theorem.blocks[0].text and "domain" not in theorem.blocks[0].text


def test_steps_name_their_laws(iris):
    (display,) = [b for b in section(iris, "Gradient by $a^{(1)}$").blocks if isinstance(b, Equations)]
    notes = [r.note for r in display.rows]
    assert notes == ["vector chain rule", "differentiate", "contract the Kronecker deltas", "in matrix form"]


def test_one_way_and_several_ways_are_told_apart():
    text = "input x[N]\nu[n] = tanh(x[n])\nv[n] = sin(x[n])\nC = sum(n, u[n]*v[n])"
    sheet = build(sb.derive(sb.formula(text)))
    reasons = {s.title: s.blocks[0].text for s in sheet.sections if s.title.startswith("Gradient by")}
    assert "the total derivative is the sum of 2 terms" in reasons["Gradient by $x$"]
    assert "$u$ (equation 1) and $v$ (equation 2)" in reasons["Gradient by $x$"]
    assert reasons["Gradient by $u$"] == "$u$ stands in the cost itself, equation (3), and nowhere else."
    parts = [r.right for r in rows(sheet) if r.note == "total derivative"]
    assert parts == [r"\frac{\partial C}{\partial x_{n}}\Big|_{u} + \frac{\partial C}{\partial x_{n}}\Big|_{v}"]


@pytest.mark.parametrize(("function", "claim"), [
    ("sigmoid", r"$0 < \sigma'(x) \le \frac{1}{4}$"), ("tanh", r"$0 < \tanh' x \le 1$"),
    ("relu", r"$0 \le \mathrm{ReLU}'(x) \le 1$"), ("step", r"$\mathrm{step}'(x) = 0$"),
])  # fmt: skip
def test_bounds_are_stated_proved_and_plotted(function, claim):
    sheet = build(sb.derive(sb.formula(f"input x[N]\nC = sum(n, {function}(x[n]))")))
    (proof_section,) = [s for s in sheet.sections if s.title.startswith("The derivative of")]
    bound, proof = [b for b in proof_section.blocks if isinstance(b, Statement)]
    assert claim in bound.blocks[0].text and len(proof.blocks[0].rows) >= 2
    (plot,) = [b for b in proof_section.blocks if isinstance(b, Plot)]
    slopes = [y for _, y in plot.series[1].points if y == y]
    assert max(slopes) <= {"sigmoid": 0.25, "step": 0}.get(function, 1)


def test_arguments_that_are_positive_by_their_form_need_no_hypothesis():
    hypotheses = {
        "C = log(sum(n, exp(x[n])))": False,
        "C = sum(n, log(1 + x[n]**2))": False,
        "C = sum(n, log(x[n]))": True,
        "C = sum(n, sqrt(x[n]))": True,
    }
    for text, wanted in hypotheses.items():
        sheet = build(sb.derive(sb.formula(f"input x[N]\n{text}")))
        assert ("> 0$" in sheet.sections[0].blocks[0].blocks[0].text) == wanted, text


def test_details_hold_less_and_less():
    d = sb.derive(sb.formula(IRIS))
    titles = {detail: [s.title for s in build(d, detail).sections] for detail in ("full", "steps", "result")}
    assert "Derivation" in titles["steps"] and "Bounds of the derivatives" not in titles["steps"]
    assert "Derivation" not in titles["result"] and "Summary of the gradients" in titles["result"]
    assert build(d, "result").references == build(d, "full").references
    with pytest.raises(DataError, match="full, steps, result"):
        build(d, "fully")


class _Balance(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.scripts = [], 0

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "link", "img", "iframe") or any(k.startswith("on") for k, _ in attrs):
            self.scripts += 1
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_html_is_one_file_without_scripts(iris):
    page = iris.to_html()
    parser = _Balance()
    parser.feed(re.sub(r"<(\w+)([^<>]*)/>", r"<\1\2></\1>", page))
    assert parser.open == [] and parser.scripts == 0
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page
    assert "<svg" in page
    assert page.count("<math") > 100 and "<code>" not in page


def test_markdown_has_tables_and_mathematics_that_github_reads(iris):
    text = iris.to_md()
    assert re.search(r"\| \$`x`\$ \| input \| \$`N \\times D`\$ \|\n\| \$`W\^\{\(1\)\}`\$", text)
    assert text.count("```math") == text.count("\\begin{aligned}") and "Overfull" not in text


HOSTILE = r"\input{/etc/passwd} $\evil <script>alert(1)</script> ``` | 100% _x_ #"


def test_texts_cannot_break_out_of_any_format():
    blocks = (
        Paragraph(HOSTILE.replace("$", r"\$")),
        Listing(HOSTILE, "program"),
        Items((HOSTILE.replace("$", r"\$"),)),
        Table(("a|b",), ((HOSTILE.replace("$", r"\$"),),)),
    )
    sheet = Sheet(HOSTILE.replace("$", r"\$"), (Section("x <b>", blocks),))
    assert "<script>" not in sheet.to_html() and "<b>" not in sheet.to_html()
    tex = sheet.to_tex()
    assert r"\input{/etc" not in tex and r"\evil" not in tex
    if pdf.find_tex():
        assert sheet.to_pdf().startswith(b"%PDF")


def overfull(tex):
    """By how many points lines stick out."""
    found, log = pdf.compile_tex(tex)
    assert found.startswith(b"%PDF")
    return [float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]


@needs_tex
def test_iris_compiles(iris):
    assert [w for w in overfull(iris.to_tex()) if w > 2] == []


@needs_tex
@pytest.mark.parametrize("name", FORMULAS)
def test_every_formula_compiles_without_overfull_lines(name):
    sheet = build(sb.derive(sb.formula(FORMULAS[name])))
    assert [w for w in overfull(sheet.to_tex()) if w > 2] == []


@needs_tex
def test_a_fragment_goes_into_a_paper_of_ones_own(iris):
    fragment = iris.to_tex(fragment=True)
    packages = re.search(r"usepackage\{([\w,]+)\}", fragment).group(1)
    paper = rf"\documentclass{{article}}\usepackage{{{packages}}}\begin{{document}}{fragment}\end{{document}}"
    assert pdf.to_pdf(paper).startswith(b"%PDF")


@needs_tex
def test_tex_is_kept_on_a_short_leash(tmp_path, monkeypatch):
    with pytest.raises(DataError, match=r"Undefined control sequence.*l\.1"):
        pdf.to_pdf(r"\documentclass{article}\begin{document}\oops\end{document}")
    (tmp_path / "secret.tex").write_text("SECRET")
    with pytest.raises(DataError):
        pdf.to_pdf(rf"\documentclass{{article}}\begin{{document}}\input{{{tmp_path}/secret.tex}}\end{{document}}")
    monkeypatch.setattr(pdf, "_SECONDS", 1)
    with pytest.raises(DataError, match="longer than 1 seconds"):
        pdf.to_pdf(r"\documentclass{article}\begin{document}\def\x{\x}\x\end{document}")


def test_without_tex_the_error_says_what_to_install(monkeypatch, iris, tmp_path):
    monkeypatch.setattr(pdf, "find_tex", lambda: None)
    with pytest.raises(DataError, match="apt-get install texlive-latex-recommended"):
        iris.save(tmp_path / "sheet.pdf")
    assert iris.save(tmp_path / "sheet.md").read_text().startswith("# Iris")


def test_the_suffix_chooses_the_format(iris, tmp_path):
    with pytest.raises(DataError, match=r"\.tex, \.md, \.html, \.pdf"):
        iris.save(tmp_path / "sheet.docx")
    assert r"\documentclass" in iris.save(tmp_path / "sheet.tex").read_text()
    assert r"\documentclass" not in iris.save(tmp_path / "sheet.tex", fragment=True).read_text()


@pytest.mark.parametrize("limit", [8, 12, 20, 30])
@pytest.mark.parametrize("latex", [
    "aaaa + bbbb - cccc + dddd + eeee",
    r"\sum_{n', t'} \frac{\partial C}{\partial h_{k}} \, "
    r"\left(1 - \tanh^{2} \left(\sum_{j} h_{j} U_{kj} + b_{k}\right)\right) U_{kj}",
    r"\begin{cases} a + b & \text{if } c + d > 0 \\ 0 & \text{otherwise} \end{cases} + f(x + y + z + u + v)",
])  # fmt: skip
def test_broken_lines_hold_the_whole_formula(latex, limit):
    lines = break_formula(latex, limit)
    joined = "".join(lines)
    for extra in (r"\times ", r"\Bigl", r"\Bigr", r"\left", r"\right", r"\,", " "):
        joined, latex = joined.replace(extra, ""), latex.replace(extra, "")
    assert joined == latex
    assert all(line.count("{") == line.count("}") for line in lines)
    assert all(line.count(r"\left") == line.count(r"\right") for line in lines)
    assert width(lines[0]) <= limit or len(lines) == 1 or limit < 10


def test_a_plot_without_points_and_a_series_with_gaps_are_drawn():
    nan = float("nan")
    plots = (
        Plot("empty", ()),
        Plot("gaps", (Series("s", ((0, 1), (1, nan), (2, 3))), Series("", ((1, 1),), "dots")), log_y=True),
    )
    page = Sheet("plots", (Section("", plots),)).to_html()
    assert page.count("<svg") == 2 and "nan" not in page and "<circle" in page
    assert Row("", "", "").number is None


def test_many_layers_of_one_type_are_derived_once():
    layers = [layer for _ in range(5) for layer in (sb.Linear(3, 3), sb.Tanh())]
    sheet = sb.Sequential(*layers, loss=sb.MSELoss()).derive().sheet(check=False)
    by_title = {s.title: s.blocks for s in sheet.sections}
    steps = {t: len(b[-1].rows) for t, b in by_title.items() if t.startswith("Gradient by $W")}
    assert sorted(steps.values()) == [2, 2, 2, 2, 4]
    assert "the steps for $W^{(1)}$" in by_title["Gradient by $W^{(3)}$"][0].text


def test_code_and_sheet_cite_the_same_numbers():
    d = sb.derive(sb.formula(IRIS))
    sheet = d.sheet(check=False)
    for name, number in sheet.references.items():
        assert re.search(rf"{name}\b.*{re.escape(number)}|{re.escape(number)}.*{name}\b", d.source()), name


def test_stabilising_laws_are_stated_where_code_applies_them():
    titles = [s.title for s in build(sb.derive(sb.formula(IRIS))).sections]
    assert "Stable evaluation" in titles
    plain = build(sb.derive(sb.formula("input x[N]\nC = sum(n, x[n]**2)")))
    assert "Stable evaluation" not in [s.title for s in plain.sections]
