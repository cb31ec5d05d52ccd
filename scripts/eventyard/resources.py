"""Where the kit's own data files are: in a checkout, or in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def data(name: str) -> Path:
    """Return the folder `templates` or `requirements`.

    In a wheel they lie in `eventyard/_data`; in a checkout (an editable install) at the top of the repository.
    """
    packaged = _HERE / "_data" / name
    return packaged if packaged.is_dir() else _HERE.parents[1] / name
