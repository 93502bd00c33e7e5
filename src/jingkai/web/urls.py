"""Routes of the shell's own pages."""

from django.urls import path

from jingkai.web.pages import (
    audit,
    backup,
    delegations,
    find,
    home,
    imports,
    login,
    numbers,
    people,
    second,
    security,
    wall,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("notices/read/", home.read, name="read_notices"),
    path("find/", find.find, name="find"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<slug:importer_id>/", imports.new, name="import_new"),
    path("imports/<slug:importer_id>/template/", imports.template, name="import_template"),
    path("imports/<slug:importer_id>/<int:run_id>/", imports.run, name="import_run"),
    path(
        "imports/<slug:importer_id>/<int:run_id>/columns/", imports.columns, name="import_columns"
    ),
    path("imports/<slug:importer_id>/<int:run_id>/undo/", imports.undo, name="import_undo"),
    path("wall/", wall.wall, name="wall"),
    path("login/", login.login_page, name="login"),
    path("login/code/", second.login_code, name="login_code"),
    path("demo/enter/", login.enter_demo, name="enter_demo"),
    path("logout/", login.leave, name="logout"),
    path("language/", login.choose_language, name="language"),
    path("numbers/", numbers.dictionary, name="dictionary"),
    path("numbers/<slug:indicator_id>/", numbers.definition, name="definition"),
    path("numbers/<slug:indicator_id>/<str:period_id>/", numbers.number, name="number"),
    path("ledger/", numbers.entries, name="entries"),
    path("ledger/<int:number>/", numbers.entry, name="entry"),
    path("evidence/<int:evidence_id>/", numbers.evidence, name="evidence"),
    path("account/password/", login.own_password, name="own_password"),
    path("account/second-factor/", second.second_factor, name="second_factor"),
    path("people/", people.people, name="people"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/reset/", people.reset, name="person_reset"),
    path("people/<int:person_id>/active/", people.active, name="person_active"),
    path("account/delegations/", delegations.delegations, name="delegations"),
    path(
        "account/delegations/<int:delegation_id>/withdraw/",
        delegations.withdraw,
        name="delegation_withdraw",
    ),
    path("security/", security.security, name="security"),
    path("security/requests/<int:request_id>/", security.decide, name="grant_decide"),
    path(
        "security/people/<int:person_id>/second-factor/",
        security.reset_code,
        name="second_factor_reset",
    ),
    path("backup/", backup.backup, name="backup"),
    path("audit/", audit.lines, name="audit"),
    path("audit/lines/<int:number>/", audit.line, name="audit_line"),
    path("audit/verify/", audit.verify, name="audit_verify"),
]
