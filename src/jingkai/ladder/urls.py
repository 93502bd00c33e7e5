"""Routes of the ladder."""

from django.urls import path

from jingkai.ladder import views

app_name = "ladder"
urlpatterns = [
    path("", views.home, name="home"),
    path("listing/", views.listing, name="listing"),
    path("listing/move/", views.move_page, name="move"),
    path("<str:code>/", views.firm, name="firm"),
    path("<str:code>/state/", views.state_page, name="state"),
    path("<str:code>/dossier/", views.dossier, name="dossier"),
]
