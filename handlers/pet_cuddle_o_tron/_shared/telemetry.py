"""One logger and one set of metrics a function: JSON lines, and metrics in CloudWatch's embedded format."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics

logger = Logger(utc=True)
metrics = Metrics()
