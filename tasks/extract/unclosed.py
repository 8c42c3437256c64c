"""What authors forgot to close, closed where they meant to: a quote behind an attribute, an end tag, a comment.

A forgotten quote ends at the next one, however far: a browser then shows the page without its first paragraphs, and
so did the parser. An attribute that runs over the end of its tag and ends in the middle of a word was meant to end
with its tag. An end tag that runs into the next tag would hide that one, a script's for example.
"""

import re

# `alt="Cape Post></a> ... <p>"You`: the quote that ends it opens another one. Possessive: each character is read once.
_RUNAWAY = re.compile(r'="[^"<>]*+>[^"]*+(?:"(?=[\w¿¡$£€(])|\Z)')
_OPEN_END_TAG = re.compile(r"</[a-z][\w:-]{0,30}(?=\s{0,20}<)", re.IGNORECASE)
_OPENING = re.compile(r'="|<!--|<(script|style)\b', re.IGNORECASE)
# All up to the next of these that needs a look: most values hold no tag.
_DULL = re.compile(r'(?:[^=<]++|=(?!")|="[^"<]*+"|<(?!!--|(?:script|style)\b))*', re.IGNORECASE)
_CLOSING = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style")}


def closed(text: str) -> str:
    """HTML with runaway attribute values and end tags ended where they stand, an endless comment at its first `>`."""
    text = _OPEN_END_TAG.sub(r"\g<0>>", text)
    comment = text.rfind("<!--")
    if _RUNAWAY.search(text) is None and (comment < 0 or text.find("-->", comment) >= 0):
        return text  # nearly all pages
    parts: list[str] = []
    done = at = 0
    while match := _OPENING.match(text, _end_of_dull(text, at)):
        name = (match[1] or "").lower()
        if name:
            closing = _CLOSING[name].search(text, match.end())
            at = closing.end() if closing else len(text)
            continue
        if match[0] == "<!--":
            end = text.find("-->", match.end())
            at = end + 3 if end >= 0 else match.end()
            if end < 0:
                parts.append(text[done : match.start()])
                done = at = text.find(">", at) + 1 or len(text)
            continue
        runaway = _RUNAWAY.match(text, match.start())
        if runaway is None or "<" not in runaway[0]:
            quote = text.find('"', match.end())
            at = quote + 1 if quote >= 0 else len(text)
            continue
        at = text.find(">", match.end())
        parts += [text[done:at], '"']
        done = at
    return "".join([*parts, text[done:]])


def _end_of_dull(text: str, at: int) -> int:
    found = _DULL.match(text, at)
    return found.end() if found else at
