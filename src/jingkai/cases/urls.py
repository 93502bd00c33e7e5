"""Routes of the case pages."""

from django.urls import path

from jingkai.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("all/", views.list_page, name="list"),
    path("calendar/", views.calendar, name="calendar"),
    path("bottlenecks/", views.bottlenecks, name="bottlenecks"),
    path("definitions/", views.definitions, name="definitions"),
    path("definitions/<str:kind>/<int:version>/", views.definition, name="definition"),
    path("<int:case_id>/", views.detail, name="detail"),
    path("<int:case_id>/steps/<slug:step>/", views.step, name="step"),
    path("<int:case_id>/clock/", views.clock, name="clock"),
    path("cosigns/<int:cosign_id>/", views.cosign, name="cosign"),
]
