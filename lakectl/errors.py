"""The one exception that reaches a user: a sentence, what to do about it, and an exit status."""


class LakeError(Exception):
    """Something the user can act on.

    `message` says what is wrong and where, `hint` what to do; `status` is the exit status of lakectl
    (1: done with failures, 2: wrong use, above: nothing was done).
    """

    def __init__(self, message: str, hint: str | None = None, status: int = 2) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status
