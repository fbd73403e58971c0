"""The window around the pages: navigation, commands, palette, notifications, tasks."""
