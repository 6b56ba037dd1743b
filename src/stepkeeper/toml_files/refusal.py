"""How a file is refused, whichever it is."""


class RefusedFile(Exception):
    """The file is no TOML or has mistakes; the message names each, for an error of the file's own."""
