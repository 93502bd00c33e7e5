"""Routes of the counter; the last group is open to applicants without signing in."""

from django.urls import path

from jingkai.approvals import public, views

app_name = "approvals"
urlpatterns = [
    path("", views.applications, name="applications"),
    path("new/", views.new, name="new"),
    path("new/<slug:what>/<slug:ident>/", views.take_in, name="take_in"),
    path("applications/<int:application_id>/", views.application, name="application"),
    path("applications/<int:application_id>/papers/", views.papers, name="papers"),
    path("applications/<int:application_id>/agent/", views.agent, name="agent"),
    path("papers/<int:paper_id>/", views.paper, name="paper"),
    path("projects/<int:project_id>/", views.project_map, name="map"),
    path("items/", views.items, name="items"),
    path("items/<slug:item_id>/", views.item, name="item"),
    path("seal/", views.seal_uses, name="seal"),
    path("seal/delegations/", views.seal_delegations, name="delegations"),
    path("seal/delegations/new/", views.delegate, name="delegate"),
    path("certificates/", views.certificates, name="certificates"),
    path("ratings/", views.ratings, name="ratings"),
    path("ratings/<int:rating_id>/", views.call_back, name="call_back"),
    path("agent/", views.agent_tasks, name="agent_tasks"),
    path("invitations/", views.invitations, name="invitations"),
    path("mine/", views.of_my_firm, name="of_my_firm"),
    path("letters/<slug:code>/", views.letter, name="letter"),
    path("letters/<slug:code>/pdf/", views.letter_pdf, name="letter_pdf"),
    path("guide/", public.guides, name="guides"),
    path("guide/<slug:bundle_id>/", public.guide, name="guide"),
    path("apply/<slug:bundle_id>/", public.apply, name="apply"),
    path("result/", public.result, name="result"),
    path("result/<slug:number>/<slug:phone>/", public.progress, name="progress"),
    path("rate/<int:case_id>/<slug:phone>/", public.rate, name="rate"),
    path("invited/", public.consent, name="consent"),
    path("invited/<slug:token>/", public.invited, name="invited"),
    path("verify/<slug:code>/", public.verify, name="verify"),
]
