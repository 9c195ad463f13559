"""Numbers with a decimal comma, as people write them here."""


def decimal(value: float, digits: int = 2) -> str:
    """Such as 5,32."""
    return f"{value:.{digits}f}".replace(".", ",")
