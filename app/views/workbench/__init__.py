"""The Workbench: the queue by urgency, one incident with all that belongs to it, and the composer."""
