"""Why a letter did not arrive: for good, or this time."""


class Permanent(Exception):
    """It cannot arrive however often it is tried; the text says why."""


class Temporary(Exception):
    """It did not arrive this time; the text says why."""
