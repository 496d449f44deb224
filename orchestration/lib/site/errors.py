"""What can go wrong between the exported tables and the pages."""

from __future__ import annotations

from orchestration.lib.errors import PostsaleError


class SiteError(PostsaleError):
    """The pages could not be built or served. The message says what to mend; the site that was up stays up."""
