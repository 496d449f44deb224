"""`postsale serve`: the published site, on loopback."""

from __future__ import annotations

import click


@click.command(short_help="Serve the published site on loopback.")
@click.option("--port", type=click.IntRange(0, 65535), default=3000, show_default=True, help="0 takes any free port.")
def serve(port: int) -> None:
    """Serve the published site on 127.0.0.1 with safe headers, until interrupted.

    A newly published build is served from the next request on.
    """
    from orchestration.lib.home import Home
    from orchestration.lib.site import serve_site

    serve_site(Home.from_environment().site, port)
