"""Routes of supervision."""

from django.urls import path

from jingkai.supervision import figureviews, views

app_name = "supervision"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("mine/", views.mine, name="mine"),
    path("new/", views.new, name="new"),
    path("<int:case_id>/letter/", views.letter, name="letter"),
    path("<int:case_id>/letter/pdf/", views.letter_pdf, name="letter_pdf"),
    path("letters/", views.letters, name="letters"),
    path("letters/new/", views.letters_new, name="letters_new"),
    path("letters/<int:letter_id>/", views.outgoing, name="outgoing"),
    path("letters/<int:letter_id>/pdf/", views.outgoing_pdf, name="outgoing_pdf"),
    path("letters/<int:year>/<int:batch>/pdf/", views.letters_pdf, name="letters_pdf"),
    path("letters/<int:year>/<int:batch>/zip/", views.letters_zip, name="letters_zip"),
    path("meeting/", views.meeting, name="meeting"),
    path("meeting/minutes/", views.minutes, name="minutes"),
    path("bulletins/", views.bulletins, name="bulletins"),
    path("bulletins/<int:year>/<int:month>/", views.bulletin, name="bulletin"),
    path("bulletins/<int:year>/<int:month>/issue/", views.issue, name="issue"),
    path("bulletins/<int:year>/<int:month>/docx/", views.bulletin_docx, name="bulletin_docx"),
    path("bulletins/<int:year>/<int:month>/pdf/", views.bulletin_pdf, name="bulletin_pdf"),
    path("questions/", views.questions, name="questions"),
    path("questions/<int:question_id>/", views.answer, name="answer"),
    path("figures/", figureviews.tables, name="tables"),
    path("figures/new/", figureviews.new, name="table_new"),
    path("figures/<int:table_id>/", figureviews.table, name="table"),
    path("figures/<int:table_id>/xlsx/", figureviews.table_xlsx, name="table_xlsx"),
    path("figures/<int:table_id>/firms/", figureviews.firms_xlsx, name="table_firms"),
    path("figures/answer/<int:figure_id>/", figureviews.figure, name="figure"),
    path("burden/", views.burden, name="burden"),
]
