"""``postsale.toml``: what a company connects, and its choices."""

from orchestration.lib.config.load import ConfigError, find_config, load_config
from orchestration.lib.config.model import Config, EngineConfig, PolicyScalars, SiteConfig, SourceConfig
from orchestration.lib.config.templates import init_company

__all__ = [
    "Config",
    "ConfigError",
    "EngineConfig",
    "PolicyScalars",
    "SiteConfig",
    "SourceConfig",
    "find_config",
    "init_company",
    "load_config",
]
