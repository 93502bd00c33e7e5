"""Routes of the project pages."""

from django.urls import path

from jingkai.projects import views

app_name = "projects"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("map/", views.plot_map, name="map"),
    path("schedule/", views.schedule, name="schedule"),
    path("new/", views.add, name="add"),
    path("<int:project_id>/", views.detail, name="detail"),
    path("<int:project_id>/gates/<slug:gate_id>/", views.gate, name="gate"),
    path("<int:project_id>/gates/<slug:gate_id>/withdraw/", views.withdraw, name="withdraw"),
]
