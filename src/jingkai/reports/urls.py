"""Routes of the report pages."""

from django.urls import path

from jingkai.reports import (
    comparepages,
    draftpages,
    lastyearpages,
    memorypages,
    tablepages,
    views,
    workshoppages,
)

app_name = "reports"
urlpatterns = [
    path("", views.intakes, name="intakes"),
    path("draft/", draftpages.check, name="draft"),
    path("memory/", memorypages.memory, name="memory"),
    path("workshop/", workshoppages.workshop, name="workshop"),
    path("workshop/new/", workshoppages.new, name="workshop_new"),
    path("workshop/<int:draft_id>/", workshoppages.draft, name="workshop_draft"),
    path("workshop/<int:draft_id>/docx/", workshoppages.draft_docx, name="workshop_docx"),
    path("workshop/<int:draft_id>/freeze/", workshoppages.freeze, name="workshop_freeze"),
    path("workshop/<int:draft_id>/last-year/", lastyearpages.last_year, name="workshop_last_year"),
    path("workshop/<int:draft_id>/pdf/", workshoppages.draft_pdf, name="workshop_pdf"),
    path("sections/<int:section_id>/", workshoppages.section, name="workshop_section"),
    path("passages/<int:passage_id>/", workshoppages.passage, name="workshop_passage"),
    path("editions/<int:edition_id>/", workshoppages.edition, name="edition"),
    path("editions/<int:edition_id>/docx/", workshoppages.edition_docx, name="edition_docx"),
    path("editions/<int:edition_id>/pdf/", workshoppages.edition_pdf, name="edition_pdf"),
    path("published/<int:edition_id>/", workshoppages.published, name="published"),
    path(
        "published/<int:edition_id>/site.zip", workshoppages.published_site, name="published_site"
    ),
    path("new/", views.new, name="new"),
    path("<int:intake_id>/", views.review, name="review"),
    path("<int:intake_id>/accept/", views.accept, name="accept"),
    path("<int:intake_id>/plan/", views.plan, name="plan"),
    path("<int:intake_id>/give-back/", views.unplan, name="give_back"),
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
    path("progress/<int:year>/pdf/", views.progress_pdf, name="progress_pdf"),
]
