"""Routes of the report pages."""

from django.urls import path

from jingkai.reports import draft_views, views

app_name = "reports"
urlpatterns = [
    path("", views.intakes, name="intakes"),
    path("draft/", draft_views.check, name="draft"),
    path("new/", views.new, name="new"),
    path("<int:intake_id>/", views.review, name="review"),
    path("<int:intake_id>/accept/", views.accept, name="accept"),
    path("<int:intake_id>/plan/", views.plan, name="plan"),
    path("proposals/<int:proposal_id>/decide/", views.decide_one, name="decide"),
    path("proposals/<int:proposal_id>/edit/", views.edit_one, name="edit"),
    path("proposals/<int:proposal_id>/split/", views.split_one, name="split"),
    path("progress/<int:year>/", views.progress, name="progress"),
    path("progress/<int:year>/docx/", views.progress_docx, name="progress_docx"),
]
