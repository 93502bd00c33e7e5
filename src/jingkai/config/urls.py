"""Every route of the product: the shell's own pages, then one line for each context."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("jingkai.web.urls")),
    *(path(f"{context}/", include(f"jingkai.{context}.urls")) for context in settings.CONTEXTS),
]
handler403 = "jingkai.web.pages.errors.no_permission"
handler404 = "jingkai.web.pages.errors.not_found"
handler500 = "jingkai.web.pages.errors.broken"
