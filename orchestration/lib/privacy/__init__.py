"""Personal data: pseudonyms while loading, and the removal of a person from everything that is kept."""

from orchestration.lib.privacy.protect import erase, pseudonymise
from orchestration.lib.privacy.pseudonyms import Pseudonyms
from orchestration.lib.privacy.tombstones import Tombstones

__all__ = ["Pseudonyms", "Tombstones", "erase", "pseudonymise"]
