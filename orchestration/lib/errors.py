"""Errors a user can mend. Each message is one line that says what is wrong, where, and what to do."""

from __future__ import annotations


class PostsaleError(Exception):
    """A check or a reconciliation failed. `exit_code` is what the command line returns."""

    exit_code = 1


class UsageError(PostsaleError):
    """The command, the configuration or the policy cannot be used as it stands."""

    exit_code = 2
