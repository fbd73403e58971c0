"""DMN files: decision tables of others read (1.1 to 1.5), our matrices written (1.3) and read back unchanged."""

from app.services.matrix.dmn.markup import DmnError
from app.services.matrix.dmn.own import matrix_from_dmn, matrix_to_dmn
from app.services.matrix.dmn.reading import DmnFile, read_dmn, read_dmn_text
from app.services.matrix.dmn.writing import table_to_dmn

__all__ = [
    "DmnError",
    "DmnFile",
    "matrix_from_dmn",
    "matrix_to_dmn",
    "read_dmn",
    "read_dmn_text",
    "table_to_dmn",
]
