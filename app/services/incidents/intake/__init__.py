"""Reading the incidents of another desk: files, what their columns mean, and the history in them."""
