"""Figures as French readers expect them."""

THIN, NO_BREAK = "\u202f", "\u00a0"


def euros(cents: int) -> str:
    """As French readers expect it: `1 234 567,50 €`; the cents are left out where there are none."""
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    decimals = f",{rest:02}" if rest else ""
    return f"{sign}{whole:,}".replace(",", THIN) + f"{decimals}{NO_BREAK}€"
