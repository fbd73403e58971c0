"""All surfaces in one place, for pages to import from."""

from app.views.theme.banner import Banner, BannerTone
from app.views.theme.cards import Card, Divider, Surface
from app.views.theme.labels import SectionTitle
from app.views.theme.sheet import Sheet

__all__ = ["Banner", "BannerTone", "Card", "Divider", "SectionTitle", "Sheet", "Surface"]
