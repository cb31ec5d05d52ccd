"""A stack's architecture as a picture: who calls whom, what is sent where, and who may do what.

`read` makes a graph of a plan's JSON, `mermaid` and `svg` draw it, `planning` makes the plan where no account is at
hand, `committed` keeps the drawings that stand in a stack's folder. What is drawn follows from the stack alone: names
lose the environment's prefix, and everything is sorted.
"""

from __future__ import annotations

from eventyard.diagrams.graph import Edge, Graph, Node
from eventyard.diagrams.mermaid import mermaid
from eventyard.diagrams.read import read
from eventyard.diagrams.svg import svg

__all__ = ["Edge", "Graph", "Node", "mermaid", "read", "svg"]
