"""Qt Widgets only; talks to services through tasks, never to a session."""
