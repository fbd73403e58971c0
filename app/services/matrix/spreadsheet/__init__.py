"""A matrix as people draw it in a spreadsheet: columns of conditions, then what follows, a trigger a row."""
