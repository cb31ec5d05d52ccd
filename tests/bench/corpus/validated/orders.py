"""An order and what it costs."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotation when the class is made
from decimal import Decimal
from typing import Annotated
from uuid import UUID  # noqa: TC003 - as above

from pydantic import BaseModel, ConfigDict, Field, model_validator

Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class Line(BaseModel):
    """One article of an order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    article: Annotated[str, Field(pattern=r"^[A-Z]{2}-\d{4}$")]
    quantity: Annotated[int, Field(gt=0, le=1000)]
    price: Money


class Order(BaseModel):
    """What a customer sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    placed: datetime
    customer: Annotated[str, Field(min_length=1, max_length=100)]
    lines: Annotated[tuple[Line, ...], Field(min_length=1)]
    discount: Annotated[Decimal, Field(ge=0, lt=1)] = Decimal(0)

    @model_validator(mode="after")
    def _articles_once(self) -> Order:
        articles = [line.article for line in self.lines]
        if len(set(articles)) < len(articles):
            raise ValueError("an article is ordered twice: add its quantities")
        return self


def price(order: Order) -> Decimal:
    """Return the total, to the cent."""
    total = sum((line.price * line.quantity for line in order.lines), Decimal(0))
    return (total * (1 - order.discount)).quantize(Decimal("0.01"))
