"""Names and namespaces of DMN, and our own for what DMN has no place for."""

from __future__ import annotations

from app.services.matrix.foreign_records import ForeignPolicy

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
"""DMN 1.3, the only one that current editors read."""
DIAGRAM = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
GRAPHICS = "http://www.omg.org/spec/DMN/20180521/DC/"
MODELS = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    MODEL,
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
"""DMN 1.1 to 1.5."""
OURS = "urn:escalation-desk:matrix:1"

POLICIES = {
    "UNIQUE": ForeignPolicy.UNIQUE,
    "ANY": ForeignPolicy.ANY,
    "PRIORITY": ForeignPolicy.PRIORITY,
    "FIRST": ForeignPolicy.FIRST,
    "RULE ORDER": ForeignPolicy.RULE_ORDER,
    "OUTPUT ORDER": ForeignPolicy.OUTPUT_ORDER,
}
AGGREGATIONS = {
    "": ForeignPolicy.COLLECT,
    "SUM": ForeignPolicy.SUM,
    "MIN": ForeignPolicy.MINIMUM,
    "MAX": ForeignPolicy.MAXIMUM,
    "COUNT": ForeignPolicy.COUNT,
}
