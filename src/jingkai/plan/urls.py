"""Routes of the plan pages."""

from django.urls import path

from jingkai.plan import views

app_name = "plan"
urlpatterns = [
    path("", views.home, name="home"),
    path("targets/", views.wall, name="wall"),
    path("items/<int:item_id>/", views.item, name="item"),
    path("items/<int:item_id>/close/", views.close, name="close"),
    path("items/<int:item_id>/reopen/", views.reopen, name="reopen"),
]
