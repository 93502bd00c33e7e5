"""Routes of the report pages."""

from django.urls import path

from jingkai.reports import comparepages, draftpages, tablepages, views

app_name = "reports"
urlpatterns = [
    path("", views.intakes, name="intakes"),
    path("draft/", draftpages.check, name="draft"),
    path("new/", views.new, name="new"),
    path("<int:intake_id>/", views.review, name="review"),
    path("<int:intake_id>/accept/", views.accept, name="accept"),
    path("<int:intake_id>/plan/", views.plan, name="plan"),
    path("<int:intake_id>/compare/", comparepages.comparison, name="compare"),
    path("<int:intake_id>/table.xlsx", tablepages.table, name="table"),
    path("<int:intake_id>/table/", tablepages.new_table, name="table_import"),
    path("changes/<int:change_set_id>/", tablepages.changes, name="changes"),
    path("changes/<int:change_set_id>/undo/", tablepages.undo, name="undo"),
    path("proposals/<int:proposal_id>/same/", views.same_one, name="same"),
    path("proposals/<int:proposal_id>/decide/", views.decide_one, name="decide"),
    path("proposals/<int:proposal_id>/edit/", views.edit_one, name="edit"),
    path("proposals/<int:proposal_id>/split/", views.split_one, name="split"),
    path("progress/<int:year>/", views.progress, name="progress"),
    path("progress/<int:year>/docx/", views.progress_docx, name="progress_docx"),
]
