"""Routes of the plan pages."""

from django.urls import path

from jingkai.plan import (
    cascadepages,
    draftpages,
    editionpages,
    itempages,
    readingpages,
    sharepages,
    themepages,
    unitpages,
    views,
)

app_name = "plan"
urlpatterns = [
    path("", views.home, name="home"),
    path("targets/", views.wall, name="wall"),
    path("items/<int:item_id>/", itempages.item, name="item"),
    path("themes/", themepages.themes, name="themes"),
    path("cascade/", cascadepages.cascade, name="cascade"),
    path("items/<int:item_id>/shares/", sharepages.shares, name="shares"),
    path("shares/<int:share_id>/", sharepages.share, name="share"),
    path("shares/<int:share_id>/reading/", sharepages.share_reading, name="share_reading"),
    path("departments/<slug:department>/", unitpages.department, name="department"),
    path("drafts/<int:plan_id>/", draftpages.draft, name="draft"),
    path("drafts/<int:plan_id>/review/", draftpages.review, name="review"),
    path("drafts/<int:plan_id>/adopt/", draftpages.adopt, name="adopt"),
    path("editions/", editionpages.editions, name="editions"),
    path("editions/amend/", editionpages.amend, name="amend"),
    path("editions/<int:year>/<int:number>/", editionpages.edition, name="edition"),
    path("pledges/", editionpages.pledges, name="pledges"),
    path("readings/", readingpages.readings, name="readings"),
    path("readings/<slug:indicator>/", readingpages.reading, name="reading"),
    path("readings/<slug:indicator>/duty/", readingpages.duty, name="duty"),
    path("items/<int:item_id>/target/", itempages.target, name="target"),
    path("items/<int:item_id>/close/", itempages.close, name="close"),
    path("items/<int:item_id>/reopen/", itempages.reopen, name="reopen"),
]
