"""Routes of the register."""

from django.urls import path

from jingkai.enterprises import views

app_name = "enterprises"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("new/", views.add, name="add"),
    path("duplicates/", views.duplicates, name="duplicates"),
    path("<str:code>/", views.detail, name="detail"),
    path("<str:code>/change/", views.change_page, name="change"),
    path("<str:code>/honour/", views.honour_page, name="honour"),
    path("<str:code>/rename/", views.rename_page, name="rename"),
]
