"""What a cell of the coverage map says of itself."""

from __future__ import annotations

import numpy as np

from app.models.enums import VersionState
from app.services.matrix.coverage.groups import Filled, Layer
from app.services.matrix.coverage.mapping import CoverageCell
from app.services.matrix.document import to_policy
from app.views.matrix.coverage_words import said
from tests.services.matrix.owners import sample_document


def test_a_cell_that_could_not_be_worked_out_says_so_instead_of_looking_empty() -> None:
    policy = to_policy(sample_document(), version_id="v", number=1, state=VersionState.DRAFT)
    nothing = np.empty(0, dtype=np.int64)

    def words(*, exact: bool) -> str:
        cell = Filled(CoverageCell(exact=exact), (), nothing, nothing, 0.0)
        return said(policy, "S2, Payments", cell, Layer.NONE, ())

    assert words(exact=False) == "S2, Payments: too many cases to work out."
    assert words(exact=True) == "S2, Payments: no incident"
