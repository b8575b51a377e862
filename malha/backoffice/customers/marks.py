"""Which parts of a text were searched for, whatever the accents and capitals on either side."""

from dataclasses import dataclass

from malha.domain.text import search_key


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text; `is_hit` when it is drawn marked."""

    text: str
    is_hit: bool = False


def marked(text: str, asked: str) -> list[Piece]:
    """`text` cut where a word of `asked` begins or ends: ("Rosângela Toledo", "rosa") -> [Rosâ*](hit) + ngela Toledo."""
    folded = [search_key(sign) or " " for sign in text]
    # A sign may fold into several (ß -> ss); `at` says of each folded sign which one it came from.
    at = [index for index, signs in enumerate(folded) for _ in signs]
    flat = "".join(folded)
    hits = [False] * len(text)
    for word in search_key(asked).split():
        start = flat.find(word)
        while start >= 0:
            for index in range(at[start], at[start + len(word) - 1] + 1):
                hits[index] = True
            start = flat.find(word, start + len(word))
    pieces: list[Piece] = []
    begin = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or hits[index] != hits[begin]:
            pieces.append(Piece(text[begin:index], hits[begin]))
            begin = index
    return pieces
