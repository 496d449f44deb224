"""What an activity of the time tracking counts to, as the sample company's policy has it."""

from __future__ import annotations

from orchestration.lib.sample import phrases

CATEGORY = {
    **dict.fromkeys(phrases.IMPLEMENTATION_ACTIVITIES, "implementation"),
    **dict.fromkeys(phrases.SUCCESS_ACTIVITIES, "success"),
    **dict.fromkeys(phrases.SUPPORT_ACTIVITIES, "support"),
    **dict.fromkeys(phrases.INTERNAL_ACTIVITIES, "internal"),
}
