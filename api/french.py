"""Figures and sentences as French readers expect them."""

from domain.french import NO_BREAK


def count(number: int, singular: str, plural: str | None = None) -> str:
    """`1 ligne`, `3 lignes`; zero is singular in French."""
    return f"{number}{NO_BREAK}{singular if abs(number) < 2 else plural or singular + 's'}"


def table(rows: list[list[str]], *, right: frozenset[int] = frozenset()) -> list[str]:
    """Lines of aligned columns under a header row; the columns in `right` are aligned to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]

    def line(row: list[str]) -> str:
        cells = (
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return [line(rows[0]), "  ".join("─" * width for width in widths), *map(line, rows[1:])]
