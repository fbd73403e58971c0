"""Errors for people cross over to another process and back with all their parts."""

import copy
import pickle
from collections.abc import Callable

import pytest

from app.services.database.errors import (
    Conflict,
    DatabaseUnavailable,
    Difference,
    NotAllowed,
    NotFound,
    SchemaError,
    StateError,
    UserError,
)


@pytest.mark.parametrize("kind", [UserError, NotFound, NotAllowed, StateError, DatabaseUnavailable, SchemaError])
def test_an_error_keeps_what_and_mend(kind: type[UserError]) -> None:
    error = pickle.loads(pickle.dumps(kind("It is closed.", "Reopen it.")))
    assert type(error) is kind
    assert (error.what, error.mend, str(error)) == ("It is closed.", "Reopen it.", "It is closed. Reopen it.")


@pytest.mark.parametrize("carry", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_a_conflict_keeps_both_sides(carry: Callable[[Conflict], Conflict]) -> None:
    sides = (Difference("owner", "lena", "marco", "priya"),)
    error = carry(Conflict("Somebody changed the owner.", sides))
    assert isinstance(error, Conflict)
    assert error.differences == sides
    assert (error.what, error.mend) == ("Somebody changed the owner.", "Choose which value to keep.")
    with pytest.raises(Conflict, match="Somebody changed the owner"):
        raise error
