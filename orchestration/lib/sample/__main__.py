"""``python -m orchestration.lib.sample``: write the bundled company anew from ``seeds/parameters.toml``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from orchestration.lib.sample.bundle import write_bundle


def main() -> int:
    seeds = Path(__file__).resolve().parents[3] / "seeds"
    company = seeds / "company"
    fresh = seeds / "company.new"
    shutil.rmtree(fresh, ignore_errors=True)
    size = write_bundle(fresh, seeds / "parameters.toml", on_progress=lambda message: print(message, file=sys.stderr))
    shutil.rmtree(company, ignore_errors=True)
    fresh.rename(company)
    print(f"{company}: {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
