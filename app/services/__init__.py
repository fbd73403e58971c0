"""The rules and use cases of the product. Nothing in here knows a window exists."""
