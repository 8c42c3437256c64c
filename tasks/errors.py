"""Errors, named by what happens next."""


class PresshouseError(Exception):
    """Base of all errors that Presshouse raises itself; the message names the input and the cause."""


class Deferred(PresshouseError):
    """It may work later: the input is tried again by a later run."""


class Rejected(PresshouseError):
    """It will not become an article: stored as a rejection.

    `reason` is one of `tasks.model.REASONS`; `detail` is for people.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Stop(PresshouseError):
    """The call cannot go on: the command exits with status 2 and this one line, which says what to do."""


class PageTimeout(BaseException):
    """A page took longer than its limit.

    A BaseException on purpose: extraction libraries swallow Exceptions (trafilatura swallowed 79 of 265 alarms).
    """
