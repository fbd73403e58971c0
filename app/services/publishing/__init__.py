"""Change of the matrix under control: signing, publishing, rolling back, and being reminded to look again."""
