"""The dashboards: build the static site from a finished warehouse, and serve it on loopback."""

from orchestration.lib.site.build import SiteResult, build_site
from orchestration.lib.site.dev import start_dev_server
from orchestration.lib.site.errors import SiteError
from orchestration.lib.site.serve import serve_site, site_server

__all__ = ["SiteError", "SiteResult", "build_site", "serve_site", "site_server", "start_dev_server"]
