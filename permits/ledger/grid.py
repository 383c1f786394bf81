"""A sheet as plain cells, whatever file it came from."""

from __future__ import annotations

from dataclasses import dataclass, field

from permits.ledger.facts import Raw
from permits.ledger.text import MAX_TEXT, display, storable


@dataclass(frozen=True)
class GridCell:
    """One filled cell: value, the number format that shows it, the formula behind it, and what is wrong with it."""

    value: Raw
    number_format: str = "General"
    formula: str = ""
    error: bool = False
    cut: bool = False
    bare: bool = False  # from a .csv and not guarded: a spreadsheet may have rewritten it


def letter(column: int) -> str:
    """1 -> A, 27 -> AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def text_cell(text: str, number_format: str = "General", formula: str = "", error: bool = False) -> GridCell:
    """A cell of text that a spreadsheet can hold; longer text is cut and says so."""
    return GridCell(storable(text), number_format, formula, error, len(text) > MAX_TEXT)


@dataclass
class Sheet:
    """A sheet: cells by (row, column), both from 1; merged ranges as (row, column, last row, last column)."""

    title: str
    cells: dict[tuple[int, int], GridCell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden: bool = False
    epoch_1904: bool = False

    def __post_init__(self) -> None:
        self.height = max((row for row, _ in self.cells), default=0)
        self.width = max((column for _, column in self.cells), default=0)
        self._by_row: dict[int, dict[int, GridCell]] = {}
        for (row, column), cell in sorted(self.cells.items()):
            self._by_row.setdefault(row, {})[column] = cell
        self._merged: dict[int, list[tuple[int, int, int, int]]] = {}
        for merge in self.merges:
            for row in range(merge[0], min(merge[2], self.height) + 1):
                self._merged.setdefault(row, []).append(merge)

    def row(self, row: int) -> dict[int, GridCell]:
        """The filled cells of a row by column."""
        return self._by_row.get(row, {})

    def value(self, row: int, column: int) -> Raw:
        """The raw value of a cell; None if it is empty."""
        cell = self.cells.get((row, column))
        return cell.value if cell else None

    def text(self, row: int, column: int) -> str:
        """The text of a cell on one line; empty for numbers and empty cells."""
        value = self.value(row, column)
        return display(value) if isinstance(value, str) else ""

    def texts(self, row: int) -> dict[int, str]:
        """Whatever stands in a row as one-line text, by column; blank cells left out."""
        found = {column: display(str(cell.value)) for column, cell in self.row(row).items() if cell.value is not None}
        return {column: text for column, text in found.items() if text}

    def merged(self, row: int, column: int) -> tuple[int, int, int, int] | None:
        """The merged range that covers a cell."""
        for merge in self._merged.get(row, ()):
            if merge[1] <= column <= merge[3]:
                return merge
        return None

    def merged_text(self, row: int, column: int) -> str:
        """The text of the merged range that covers a cell; empty without one."""
        merge = self.merged(row, column)
        return self.text(merge[0], merge[1]) if merge else ""

    def spans_columns(self, row: int, column: int) -> bool:
        """Whether the cell is merged over several columns."""
        merge = self.merged(row, column)
        return merge is not None and merge[3] > merge[1]

    def spans_rows(self, row: int, column: int) -> bool:
        """Whether the cell is merged over several rows."""
        merge = self.merged(row, column)
        return merge is not None and merge[2] > merge[0]

    def row_notes(self, row: int) -> list[str]:
        """The text of a row in which only one cell is filled, such as a note below the table."""
        texts = self.texts(row)
        return list(texts.values()) if len(texts) == 1 else []
