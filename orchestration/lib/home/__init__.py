"""The state directory of one company: its layout, its lock, its published builds."""

from orchestration.lib.home.home import Home
from orchestration.lib.home.lock import HomeLock
from orchestration.lib.home.publish import Published, note_failure, publish, published

__all__ = ["Home", "HomeLock", "Published", "note_failure", "publish", "published"]
