"""Pieces of sheets: shapes, letters of lengths, names of the cost, gates one by one, listings and legends."""

import re

import pytest
from sympy import Integer

import symbackprop as sb
from symbackprop.equations import Tensor
from symbackprop.indices import size
from symbackprop.sheet import pdf
from symbackprop.sheet.blocks import Equations, Listing, Paragraph, Plot, Section, Series, Statement
from symbackprop.sheet.choices import by_value
from symbackprop.sheet.context import Context
from symbackprop.sheet.lengths import definitions, named_lengths
from symbackprop.sheet.sheet import Sheet

needs_tex = pytest.mark.skipif(pdf.find_tex() is None, reason="no pdflatex")
CNN = [sb.Conv2d(1, 4, 3, padding=1), sb.ReLU(), sb.MaxPool2d(2), sb.Conv2d(4, 8, 3), sb.MaxPool2d(2), sb.Flatten()]


def derived(*layers, loss=None):
    return sb.Sequential(*layers, loss=loss or sb.MSELoss()).derive()


def titled(sheet, title):
    return next(s for s in sheet.sections if s.title == title)


def lines(section):
    for b in section.blocks:
        yield from b.rows if isinstance(b, Equations) else lines(b) if isinstance(b, Statement) else ()


def test_a_sum_in_a_group_stands_in_parentheses():
    context = Context(sb.derive(sb.formula("input x[H]\ny = sum(h, x[h])")))
    H, D = size("H"), size("D")
    assert context.shape(Tensor("z", "input", ((D, H - 2), 2 * H))) == r"$(D \cdot (H - 2)) \times 2 H$"


def test_lengths_behind_convolutions_have_letters_that_are_stated():
    sheet = derived(*CNN).sheet(check=False)
    table, *texts = titled(sheet, "Notation").blocks
    assert r"$N \times D_{4} \times H_{4} \times L_{4}$" in [shape for _, _, shape in table.rows]
    assert max(len(shape) for _, _, shape in table.rows) < 60
    told = " ".join(p.text for p in texts)
    assert "$H_{1} = H - D_{2} + 3$" in told and r"$H_{4} = \lfloor (H_{3} - 2) / 2 \rfloor + 1$" in told
    assert "In this network $D_{0} = 1$, $D_{1} = 4$" in told


def test_what_is_stated_of_a_letter_is_its_length():
    formula = derived(*CNN).formula
    lengths = named_lengths(formula, lambda shape: "x" * 99)
    known = {s: Integer(n) for s, n in zip(sorted(formula.sizes, key=str), range(40, 99), strict=False)}
    values = dict(known)
    for letter, written in definitions(lengths):
        values[letter] = written.xreplace(values)
    assert len(lengths) >= 8
    assert {s: values[s] for s in lengths.values()} == {s: e.xreplace(known) for e, s in lengths.items()}


def test_short_shapes_and_the_authors_lengths_stay():
    sheet = sb.derive(sb.formula("input x[H]\nindex u < H - 1\ny[u] = x[u + 1]")).sheet(check=False)
    assert "Lengths of axes" not in sheet.to_md() and "$`(H - 1)`$" in sheet.to_md()


def test_windows_say_how_far_they_reach():
    notes = {r.number: r.note for r in lines(titled(derived(*CNN).sheet(check=False), "Forward equations"))}
    assert notes[3] == "$0 \\le s < 2$" and notes[1] == ""


def test_long_numbers_have_letters_and_all_their_digits():
    shown = derived(sb.Linear(4, 3), sb.SELU()).sheet(check=False).to_md()
    assert r"$`\lambda = 1.0507009873554804934193349852946`$" in shown
    assert r"a^{(1)}_{nj} &= \lambda \begin{cases} z^{(1)}_{nj} & \text{if } z^{(1)}_{nj} > 0 \\ \alpha e^" in shown
    assert shown.count("1.0507") == 1


@pytest.mark.parametrize("taken", ["size L\ninput x[H,L]\ny[h,l] = x[h,l]", "index L < H\ninput x[H]\ny[L] = x[L]",
                                   "input L[H]\ny[h] = L[h]"])  # fmt: skip
def test_the_cost_is_not_called_as_something_else(taken):
    assert Context(sb.derive(sb.formula(taken))).cost == "$C$"


def test_there_is_a_name_for_the_cost_where_the_usual_ones_are_taken():
    text = "input L[H], C[H], J[H], E[H], Q[H]\ny[h] = L[h]*C[h]*J[h]*E[h]*Q[h]"
    assert Context(sb.derive(sb.formula(text))).cost == "$E^{(1)}$"


@pytest.mark.parametrize("layer", [sb.MaxPool2d(2), sb.AvgPool1d(2), sb.PReLU(4)], ids=str)
def test_no_size_of_a_network_is_called_as_its_cost(layer):
    formula = derived(layer).formula
    assert not {s.name for s in formula.sizes} & set(formula.tensors)


def test_the_left_side_of_a_jacobian_is_a_derivative():
    d = sb.derive(sb.formula("input x[D]\nparam w[D]\nv[i] = w[i]*x[i]\nC = sum(i, v[i])"))
    left, _ = Context(d).sides(d.jacobian("v", "w").equation)
    assert left == r"\frac{\partial v_{i}}{\partial w_{i'}}"


def test_roots_of_sizes_are_roots_in_matrix_form():
    text = "input Q[N,D], K[M,D]\nS[n,m] = sum(d, Q[n,d]*K[m,d])/sqrt(D)"
    shown = sb.derive(sb.formula(text)).sheet(check=False).to_md()
    assert r"S &= \frac{1}{\sqrt{D}} \, Q K^{\top}" in shown and "{1/2}" not in shown


def test_gates_come_one_by_one():
    d = derived(sb.LSTM(3, 4))
    equation = d.adjoint_of("z1")
    gates = by_value(equation)
    assert [g.slots[2] for g in gates] == [0, 1, 2, 3]
    assert [[x for x in "ifgo" if f"d{x}1" in g.reads] for g in gates] == [["i"], ["f"], ["g"], ["o"]]
    rows = [r for r in lines(titled(d.sheet(check=False), "")) if r"{\partial z^{(1)}_{n,t,3,j}}" in r.left]
    assert [r.right for r in rows] == [
        r"\frac{\partial C}{\partial o^{(1)}_{ntj}} \, o^{(1)}_{ntj} \, (1 - o^{(1)}_{ntj})"
    ]
    assert rows[0].number is not None


def test_queries_keys_and_values_come_one_by_one():
    gates = by_value(derived(sb.SelfAttention(4, 2)).adjoint_of("q1"))
    assert [{"do1", "ds1"} & set(g.reads) for g in gates] == [{"ds1"}, {"ds1"}, {"do1"}]


def test_an_index_that_is_used_as_a_number_is_no_choice():
    for text in ("y[e] = (e == 0)*a + (e == 1)*e*a", "y[e] = (e == 0)*a + a", "y[e] = x[e]*(e == 0) + (e == 1)*a"):
        f = sb.formula(f"input x[2], a\nindex e < 2\n{text}")
        assert by_value(f.equations[0]) == []


def test_hypotheses_are_of_the_networks_tensors():
    shown = derived(sb.Linear(4, 3), loss=sb.BCELoss()).sheet(check=False).sections[0].blocks[0]
    assert "z^{(1)}_{" in shown.blocks[0].text and "?" not in shown.blocks[0].text


@pytest.mark.parametrize(("layer", "kinks"), [
    (sb.LeakyReLU(), True), (sb.SELU(), True), (sb.ReLU(), True), (sb.MaxPool1d(2), True), (sb.PReLU(), True),
    (sb.GELU(), False), (sb.SelfAttention(4, 2, causal=True), False), (sb.RNN(2, 2, bidirectional=True), False),
], ids=str)  # fmt: skip
def test_the_theorem_leaves_kinks_out(layer, kinks):
    theorem = derived(layer).sheet(check=False).sections[0].blocks[0].blocks[0].text
    assert ("at which no argument is at a kink" in theorem) == kinks


def test_conditions_on_labels_and_targets_are_no_kinks():
    for loss in (sb.CrossEntropyLoss(), sb.BCEWithLogitsLoss(), sb.NLLLoss()):
        sheet = derived(sb.Linear(3, 2), loss=loss).sheet(check=False)
        assert "kink" not in sheet.sections[0].blocks[0].blocks[0].text


LISTING = "\n\na = 1\n\n[1, 2]\n*b\n"


@needs_tex
def test_a_listing_may_have_blank_lines_and_brackets():
    tex = Sheet("t", (Section("s", (Listing(LISTING),)),)).to_tex()
    assert pdf.to_pdf(tex).startswith(b"%PDF")


def test_a_series_without_label_takes_no_place_in_the_legend():
    some = tuple(Series(label, ((0.0, 1.0), (1.0, 2.0))) for label in ("a", "", "c"))
    tex = Sheet("t", (Section("s", (Plot("p", some), Paragraph("x"))),)).to_tex()
    plots = re.findall(r"\\addplot\[(\w+), (forget plot)?.*\n(\\addlegendentry\{\w\})?", tex)
    assert plots == [
        ("accent", "", r"\addlegendentry{a}"), ("second", "forget plot", ""), ("third", "", r"\addlegendentry{c}"),
    ]  # fmt: skip
