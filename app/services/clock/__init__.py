"""Calendars, rotas, timers and how they explain themselves. Pure: values in, values out."""
