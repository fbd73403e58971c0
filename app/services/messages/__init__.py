"""Messages to customers: templates, composing, sending."""
