"""Routes of the shell's own pages."""

from django.urls import path

from jingkai.web.pages import home, login, numbers, people

urlpatterns = [
    path("", home.home, name="home"),
    path("notices/read/", home.read, name="read_notices"),
    path("login/", login.login_page, name="login"),
    path("demo/enter/", login.enter_demo, name="enter_demo"),
    path("logout/", login.leave, name="logout"),
    path("language/", login.choose_language, name="language"),
    path("numbers/", numbers.dictionary, name="dictionary"),
    path("numbers/<slug:indicator_id>/<str:period_id>/", numbers.number, name="number"),
    path("ledger/", numbers.entries, name="entries"),
    path("ledger/<int:number>/", numbers.entry, name="entry"),
    path("evidence/<int:evidence_id>/", numbers.evidence, name="evidence"),
    path("people/", people.people, name="people"),
]
