"""Routes of the returns."""

from django.urls import path

from jingkai.returns import accounts, bulletinviews, firmviews, sheetviews, views

app_name = "returns"
urlpatterns = [
    path("", views.center, name="center"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/<int:tie_id>/", accounts.account, name="account"),
    path("mine/", firmviews.mine, name="mine"),
    path("mine/<str:form_id>/<str:period_id>/", firmviews.fill, name="fill"),
    path("files/<int:file_id>/", sheetviews.difference, name="file"),
    path("files/<int:file_id>/columns/", sheetviews.columns, name="columns"),
    path("files/<int:file_id>/undo/", sheetviews.undo_file, name="undo"),
    path("files/<int:file_id>/stop/", sheetviews.stop_file, name="stop"),
    path("filings/<int:filing_id>/", views.filing, name="filing"),
    path("<str:form_id>/<str:period_id>/", views.center, name="period"),
    path("<str:form_id>/<str:period_id>/template/", views.template, name="template"),
    path("<str:form_id>/<str:period_id>/send/", sheetviews.send, name="send"),
    path("<str:form_id>/<str:period_id>/remind/", views.remind_page, name="remind"),
    path("<str:form_id>/<str:period_id>/bulletin/", bulletinviews.bulletin, name="bulletin"),
    path("<str:form_id>/<str:period_id>/review/", views.review, name="review"),
]
