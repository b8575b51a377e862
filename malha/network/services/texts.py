"""Router bytes made fit for the database and the screen."""


def readable(text: str, limit: int = 500) -> str:
    """Bytes of the Windows code page, which RouterOS hands out as they came (failure mode F43), as letters; no NULs."""
    if any("\udc80" <= sign <= "\udcff" for sign in text):
        text = text.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return text.replace("\x00", "�")[:limit]
