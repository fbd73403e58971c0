"""All controls in one place, for pages to import from."""

from app.views.theme.fields import ComboField, FieldFrame, NumberField, SearchField
from app.views.theme.labels import ElidedLabel, KeyHint, Label, SectionTitle, Tag
from app.views.theme.progress import ProgressLine
from app.views.theme.strips import Segments, TabStrip
from app.views.theme.toggles import CheckBox, Chip, RadioButton, Switch

__all__ = [
    "CheckBox",
    "Chip",
    "ComboField",
    "ElidedLabel",
    "FieldFrame",
    "KeyHint",
    "Label",
    "NumberField",
    "ProgressLine",
    "RadioButton",
    "SearchField",
    "SectionTitle",
    "Segments",
    "Switch",
    "TabStrip",
    "Tag",
]
