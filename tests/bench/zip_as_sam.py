"""Zip what `sam build` built with SAM's own function, as `sam package` does before it uploads.

Run by SAM's Python: `python zip_as_sam.py BUILD OUT`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from samcli.lib.package.utils import make_zip_with_lambda_permissions, zip_folder

build, out = (Path(argument) for argument in sys.argv[1:3])
out.mkdir(parents=True, exist_ok=True)
for folder in sorted(build.iterdir()):
    if folder.is_dir():
        with zip_folder(str(folder), zip_method=make_zip_with_lambda_permissions) as (made, _):
            shutil.move(made, out / f"{folder.name}.zip")
