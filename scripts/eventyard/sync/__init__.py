"""`sync`: edited handlers straight into the functions of a local or development environment, past Terraform.

`deployed` reads the functions of the state, `matching` pairs them with artefacts and knows what the next plan will
say, `served` remembers what was put where, `functions` speaks with Lambda, `rounds` puts them in order; `files` and
`watching` do that for every edit. Nothing of it is Terraform's: an apply settles what `sync` left, with `settling`.
"""

from __future__ import annotations

from .outcome import Failure, Round, Update
from .rounds import Sync
from .stage import refuse

__all__ = ["Failure", "Round", "Sync", "Update", "refuse"]
