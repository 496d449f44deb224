"""What a build is told: its two clocks, its scalar policy, and the state of its inputs."""

from orchestration.lib.parameters.resolve import BuildParameters, SourceStatus, resolve

__all__ = ["BuildParameters", "SourceStatus", "resolve"]
