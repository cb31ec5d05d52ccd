"""What was sent, and what became of it: a row for each fault, compared by ids, not by numbers."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One fault, and the messages it was injected among."""

    fault: str
    injected: str
    sent: int
    done: int
    dead_lettered: int
    withheld: int
    lost: int
    seconds: float


@dataclass
class Ledger:
    """The rows of one run, kept beside those of earlier runs on the same target."""

    file: Path
    rows: dict[str, Row] = field(default_factory=dict)

    def balance(
        self,
        fault: str,
        injected: str,
        *,
        sent: Collection[str],
        done: Collection[str],
        dead_lettered: Collection[str] = (),
        withheld: Collection[str] = (),
        seconds: float,
    ) -> None:
        """Write a row, after every id that was sent has been found once, and none that was not.

        Parameters
        ----------
        fault
            What went wrong, in a few words.
        injected
            How it was made to.
        sent, done, dead_lettered
            Ids: of what went in and has to come out, of each effect that was found, of what lies where the
            undeliverable goes.
        withheld
            Ids of what went in and must not come out: a filter's business.
        seconds
            From the first message to the last effect.

        Raises
        ------
        AssertionError
            Something was lost, done twice, or came from nowhere; names up to ten ids.
        """
        settled = Counter([*done, *dead_lettered])
        lost = set(sent) - set(settled)
        wrong = {
            "lost": lost,
            "twice": {one for one, times in settled.items() if times > 1},
            "nobody sent, or filtered out": set(settled) - set(sent),
        }
        assert len({*sent, *withheld}) == len(sent) + len(withheld), "the test sent two messages of one id"
        told = [f"{len(found)} {what} {sorted(found)[:10]}" for what, found in wrong.items() if found]
        assert not told, f"{fault}: {', '.join(told)}"
        total = len(sent) + len(withheld)
        counts = (total, len(done), len(dead_lettered), len(withheld), len(lost))
        self.rows[fault] = Row(fault, injected, *counts, seconds=round(seconds, 1))

    def keep(self) -> None:
        """Write the rows of this run; those of faults that were not injected now stay as they were."""
        if not self.rows:
            return
        try:
            known = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            known = {}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        rows = known | {name: asdict(row) for name, row in self.rows.items()}
        self.file.write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n", encoding="utf-8")
