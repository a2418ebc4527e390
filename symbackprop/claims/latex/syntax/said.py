"""What the words beside a matrix say of it: "for a symmetric matrix $A$", "$A$ is positive definite".

Such words hold for what stands in their sentence and after it: to the end of the document where they introduce the
matrix, to the next heading after "for", to the next display after "if", and never beyond words that say the opposite.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symbackprop.claims.latex.syntax.sentences import end_of, start_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Group, Letter, Relation, Script, Superscript

_KINDS = {
    "symmetric": "symmetric", "simétrica": "symmetric", "simetrica": "symmetric", "symmetrische": "symmetric",
    "symétrique": "symmetric", "antisymmetric": "antisymmetric", "skew-symmetric": "antisymmetric",
    "antissimétrica": "antisymmetric", "antisimétrica": "antisymmetric",
    "orthogonal": "orthogonal",
    "ortogonal": "orthogonal", "positive-definite": "positive_definite",
    "one-hot": "one_hot", "square": "square", "cuadrada": "square", "quadrada": "square",
    "quadratische": "square", "carrée": "square", "invertible": "square", "non-singular": "square",
    "nonsingular": "square", "invertível": "square", "inversível": "square", "inversible": "square",
    "invertierbare": "square",
}  # fmt: skip
_BESIDE = frozenset(
    "a an the any some and or real matrix matrices matriz matrizes is are be being also both constant"
    " semidefinite semi-definite vector vectors vetor como as target targets label labels encoded encoding true"
    " label labels target targets encoded encoding"
    " vektor vektoren vecteur vecteurs vettore vectores vetores encodings ground truth ground-truth distribution"
    " kodiert kodierte kodierter kodierten codificado codificada codificados codificadas encodé encodée encodés"
    " etiqueta etiquetas étiquette étiquettes rótulo rótulos sind sont son são sind ein als en comme"
    " 是 为 是一个 为一个 是一個 向量 编码 編碼 标签 真实标签 真实标签的 的 вектор вектором є є это является は が"
    " 인코딩된 인코딩 벡터 레이블 라벨 타깃 타겟 정답 실제 은 는 이 가 ベクトル ラベル 正解ラベル 正解ラベルの 教師 を"
    " una uma un um eine einer der die el la es é ser sea seja ist sei e y und et matrice est une fixed given".split()
)
_PARTS = frozenset(
    "row rows column columns has have having holds contains filas fila linhas linha lignes ligne righe riga zeilen"
    " zeile spalten colonnes columnas colunas colonne hat haben tiene tienen tem têm ont contient enthält"
    " contiene".split()
)  # one-hot rows make a one-hot matrix; orthogonal rows make no orthogonal one
_AGAINST = frozenset(
    "not non no não nicht pas general arbitrary necessarily need isn't asymmetric nonsymmetric non-symmetric"
    " unsymmetric".split()
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*|[.!?;:,()]")
_DEFINITE = re.compile(
    r"positive definite|definida positiva|positiva definida|positiv definite?|définie positive", re.I
)
_ONE_HOT = re.compile(
    r"one[\s‐‑–-]?hot[\w‐‑–-]*?(?=[^\w‐‑–-]|[^\x00-\u024f]|$)|独热|獨熱|원[\s-]?핫|ワンホット",
    re.I,
)  # One-Hot-Vektor
_SUM_TO_ONE = re.compile(
    r"\b(?:sum|sums|summing|adds?) (?:up )?to (?:one|1|\$1\$)|suman? (?:a )?(?:uno|1|\$1\$)|somm\w+ à (?:un|1)"
    r"|summier\w+ (?:sich )?(?:zu|auf) (?:eins|1)|somam? (?:um|1)",
    re.I,
)
_FOR = frozenset("for para für pour".split())
_IF = frozenset("if when si se wenn falls quando cuando".split())


@dataclass(frozen=True)
class Said:
    """``kind`` (an assumption's, or "square") is said of a letter, for what stands from ``first`` to ``last``."""

    letter: str
    kind: str
    at: int
    first: int
    last: int


def said(found: Sequence[Statement]) -> list[Said]:
    """All that the words of a document say of letters; "symmetric" and the like say "square" too."""
    result: list[Said] = []
    for k, s in enumerate(found):
        for letter in _letters(s):
            kinds, against, first_word = _words_beside(found, k)
            if against and _names_whole(s):
                result = [replace(p, last=min(p.last, s.at)) if p.letter == letter else p for p in result]
            if not _names_whole(s):  # one-hot targets $y_i$
                kinds = [kind for kind in kinds if kind == "one_hot"]
            for kind in dict.fromkeys((*kinds, *(["square"] if kinds else []))):
                result.append(
                    Said(
                        letter,
                        kind,
                        s.at,
                        start_of(found, k),
                        end_of(found, k, first_word in (*_FOR, *_IF), first_word in _IF),
                    )
                )
    return result


def speaks_of_one_hot(text: str) -> bool:
    """Whether a document speaks of one-hot vectors, or of what sums to one, wherever it is.

    >>> speaks_of_one_hot("where the labels are one-hot encoded"), speaks_of_one_hot("the sum is one of squares")
    (True, False)
    """
    return _ONE_HOT.search(text) is not None or _SUM_TO_ONE.search(text) is not None


def _letters(s: Statement) -> Iterator[str]:
    """The letters that an inline formula names or declares."""
    node = s.node
    if isinstance(node, Relation) and node.signs == ("in",):
        node = node.items[0]
    if isinstance(node, Script) and len(node.below) == 1 and node.above is None and not node.primes:
        node = node.base if isinstance(node.below[0], Letter) and len(node.below[0].name) == 1 else node
    if isinstance(node, Script) and not node.below and not node.primes and node.above == _of_example(node):
        node = node.base
    for n in node.items if isinstance(node, Group) and node.kind == "list" else (node,):
        if s.inline and isinstance(n, Letter):
            yield n.name


def _of_example(node: Script) -> Superscript | None:
    """The letter in brackets above y of ``y^{(i)}``, and nothing else."""
    label = node.above.label if node.above is not None else None
    return replace(Superscript(label=label), bracket=node.above.bracket) if node.above and label is not None else None


def _names_whole(s: Statement) -> bool:
    """Whether an inline formula names a letter, and not the entries of one."""
    return not isinstance(s.node, Script)


def _words_beside(found: Sequence[Statement], k: int) -> tuple[list[str], bool, str]:
    """What is said directly before and after a formula, whether the opposite is, and the word that opens the phrase."""
    own = [s for s in found if s.display == found[k].display]
    following = next((s.before for s in found[k + 1 :] if s.display != found[k].display), "")
    before, against, stop = _phrase(_words(found[k].before)[::-1])
    after, opposite, _ = _phrase(_words(following)) if own[-1] is found[k] else ([], False, "")
    return before + after, against or opposite, stop


def _words(text: str) -> list[str]:
    text = _ONE_HOT.sub(" one-hot ", _DEFINITE.sub("positive-definite", text))
    return [w.lower() for w in _WORD.findall(text)]


def _phrase(words: list[str]) -> tuple[list[str], bool, str]:
    """Kinds up to the first word that does not belong to the phrase, and that word."""
    kinds: list[str] = []
    of_parts = False
    for k, word in enumerate(words):
        of_parts = of_parts or word in _PARTS
        if word in _KINDS and (not of_parts or _KINDS[word] == "one_hot"):
            kinds.append(_KINDS[word])
        elif word in _AGAINST:
            return [], True, word
        elif word not in _BESIDE | _PARTS and not _goes_on(words, k, bool(kinds)):
            return kinds, False, word
    return kinds, False, ""


def _goes_on(words: list[str], k: int, has_kinds: bool) -> bool:
    """Whether a comma or a bracket has a kind behind it: ``(one-hot)``."""
    following = words[k + 1] if k + 1 < len(words) else ""
    return following in _KINDS and (words[k] == "(" or (words[k] == "," and has_kinds))
