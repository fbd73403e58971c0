"""All states a page must be able to draw, for pages to import from."""

from app.views.theme.empty import EmptyState, ErrorState, IconMark
from app.views.theme.skeleton import Skeleton, card_bones, grid_bones, row_bones
from app.views.theme.toast import UndoToast

__all__ = ["EmptyState", "ErrorState", "IconMark", "Skeleton", "UndoToast", "card_bones", "grid_bones", "row_bones"]
