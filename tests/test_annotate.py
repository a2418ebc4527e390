"""The annotated document: every verdict in a margin, the mended line below, and nothing of the source as markup."""

import re

import pytest

from symbackprop.claims.annotate import annotated
from symbackprop.claims.prose import passages
from symbackprop.claims.verify import verify_text
from symbackprop.cli import main
from symbackprop.sheet import pdf
from symbackprop.sheet.blocks import Equations, Items, Paragraph

HOMEWORK = r"""
\section{The square}
Let $x \in \mathbb{R}^{n}$ and $C = \sum_{i=1}^n x_i^2$. Then 50\% of the work is
\begin{align}
  \frac{\partial C}{\partial x_i} &= 2 x_i \label{eq:right} \\
  \nabla_x C &= -2 x \label{eq:wrong} \\
  \nabla_x C &= 2 q \label{eq:vague}
\end{align}
as was to be shown.
"""


def blocks(text, kind):
    sheet = annotated(text, verify_text(text, None))
    return [b for s in sheet.sections for b in s.blocks if isinstance(b, kind)]


def test_each_claim_has_its_verdict_and_a_wrong_one_is_mended():
    rows = [r for b in blocks(HOMEWORK, Equations) for r in b.rows]
    assert [(r.note, r.mark) for r in rows if r.mark] == [
        ("eq:right", "proved"),
        ("eq:wrong", "refuted"),
        ("eq:vague", "unread"),
    ]
    (mended,) = [r for r in rows if r.note == "mended"]
    assert rows.index(mended) == rows.index(next(r for r in rows if r.mark == "refuted")) + 1
    assert "C" in mended.left and mended.right.endswith("x)")
    remarks = [t for b in blocks(HOMEWORK, Items) for t in b.texts]
    assert "sign" in remarks and any("claimed" in t and "true" in t for t in remarks)


def test_words_and_headings_stay():
    sheet = annotated(HOMEWORK, verify_text(HOMEWORK, "a/b.tex"))
    assert sheet.title == "Verdicts on b.tex" and "The square" in [s.title for s in sheet.sections]
    words = " ".join(b.text for b in blocks(HOMEWORK, Paragraph))
    assert "50% of the work" in words and "as was to be shown" in words


HOSTILE = [
    r"$$y = x^2 \input{/etc/passwd}$$",
    r"$x>0$ $y = x^2$ $$\frac{dy}{dx} = \write18{touch gone} 2x$$",
    r"$x>0$ $y=x^2$ $$\frac{dy}{dx} = 2x \label{<script>alert(1)</script>}$$",
    r"<script>alert(1)</script> \input{secret} \immediate\write18{ls} $x>0$, $y=x^2$ $$\frac{dy}{dx}=2x$$",
    r"$x>0$ $y=x$ $$\frac{dy}{dx} = \text{</script><img src=x onerror=alert(1)>} 1$$",
    r"$x>0$ $y=x$ $$\frac{dy}{dx} = \operatorname{\catcode`\%=0 %input} (1)$$",
    r"$$^^5cinput{x} = 1$$",
    r"\newcommand{\a}{\csname input\endcsname} $$\a{x} = 1$$",
    "$$\\begin{pmatrix} \\special{x} \\end{pmatrix} = 1$$",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_the_source_is_markup(text):
    sheet = annotated(text, verify_text(text, None))
    tex, html = sheet.to_tex(), sheet.to_html()
    assert "<script" not in html and "<img" not in html
    body = tex.partition(r"\begin{document}")[2]
    assert not re.search(r"\\(input|write|immediate|csname|catcode|special|def|let)\b", body) and "^^" not in body


@pytest.mark.parametrize("suffix", ["tex", "html", "md", pytest.param("pdf", marks=pytest.mark.skipif(
    pdf.find_tex() is None, reason="no pdflatex"))])  # fmt: skip
def test_the_command_writes_each_format(suffix, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "h.tex").write_text(HOMEWORK + "\n".join(HOSTILE))
    assert main(["verify", "h.tex", "--annotate", f"out.{suffix}"]) == 1
    out, err = capsys.readouterr()
    assert "✗ eq:wrong" in out and f"annotated: out.{suffix}" in err
    assert (tmp_path / f"out.{suffix}").stat().st_size > 1000 and not (tmp_path / "gone").exists()


def test_annotate_takes_one_file(capsys):
    assert main(["verify", "a.tex", "b.tex", "--annotate", "o.html"]) == 2
    assert "one FILE" in capsys.readouterr().err


def test_prose_loses_its_markup_and_keeps_its_words():
    assert passages(r"We \textbf{find} \label{a}~that \cite[p. 3]{b} # \% % hidden")[0].text == "We find that # %"
    assert passages("## Loss\nis $")[0].heading == "Loss"
