"""The route of one's own mail."""

from django.urls import path

from jingkai.mail import views

app_name = "mail"
urlpatterns = [path("", views.address, name="address")]
