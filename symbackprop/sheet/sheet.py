"""A sheet and the formats it is written in: a format is one row here, one renderer and one template."""

from dataclasses import dataclass
from pathlib import Path

from symbackprop.errors import DataError
from symbackprop.sheet.blocks import Document
from symbackprop.sheet.html import to_html
from symbackprop.sheet.markdown import to_markdown
from symbackprop.sheet.pdf import to_pdf
from symbackprop.sheet.tex import to_tex

_TEXTS = {".tex": to_tex, ".md": to_markdown, ".html": to_html}


@dataclass(frozen=True)
class Sheet(Document):
    """A proof sheet: data that any of the formats shows."""

    def to_tex(self, fragment: bool = False) -> str:
        """LaTeX for pdflatex; as a fragment without preamble, for ``\\input``."""
        return to_tex(self, fragment)

    def to_md(self, fragment: bool = False) -> str:
        """Markdown with GitHub's mathematics."""
        return to_markdown(self, fragment)

    def to_html(self, fragment: bool = False) -> str:
        """One self-contained HTML file with MathML."""
        return to_html(self, fragment)

    def to_pdf(self) -> bytes:
        """The PDF. Raises ``DataError`` where there is no TeX, or with TeX's own first error."""
        return to_pdf(to_tex(self))

    def save(self, path: str | Path, fragment: bool = False) -> Path:
        """Writes the format that the suffix names (.tex .md .html .pdf) and returns the path."""
        path = Path(path)
        if path.suffix == ".pdf":
            path.write_bytes(self.to_pdf())
        elif path.suffix in _TEXTS:
            path.write_text(_TEXTS[path.suffix](self, fragment), encoding="utf-8")
        else:
            raise DataError(f"{path.name}: a sheet is written as {', '.join([*_TEXTS, '.pdf'])}, chosen by the suffix")
        return path

    def _repr_markdown_(self) -> str:
        return self.to_md()
