"""Tables that people keep in files: CSV, TSV and workbooks, judged whole before a row of them is used."""
