"""Sales by month."""

from __future__ import annotations

import io

import pandas as pd

COLUMNS = ("day", "article", "amount")


def read(text: str) -> pd.DataFrame:
    """Read comma separated sales; a column that is missing is an error that names it."""
    table = pd.read_csv(io.StringIO(text))
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise ValueError(f"no column `{missing[0]}`: there are {', '.join(table.columns)}")
    table["day"] = pd.to_datetime(table["day"])
    return table


def months(table: pd.DataFrame) -> pd.DataFrame:
    """Return one line a month, with its total and its best article."""
    month = table["day"].dt.to_period("M").astype(str).rename("month")
    grouped = table.groupby([month, "article"], as_index=False)["amount"].sum()
    best = grouped.loc[grouped.groupby("month")["amount"].idxmax(), ["month", "article"]]
    totals = grouped.groupby("month", as_index=False)["amount"].sum()
    return totals.merge(best, on="month").rename(columns={"amount": "total", "article": "best"})
