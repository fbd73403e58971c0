"""The page «Import incidents»: a file of another desk is read, asked about, and taken over as history."""
