"""Routes of the project pages."""

from django.urls import path

from jingkai.projects import nodepages, schedulepages, views

app_name = "projects"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("map/", views.plot_map, name="map"),
    path("schedule/", schedulepages.schedule, name="schedule"),
    path("schedule/nodes/", schedulepages.node_list, name="node_list"),
    path("new/", views.add, name="add"),
    path("<int:project_id>/", views.detail, name="detail"),
    path("<int:project_id>/gates/<slug:gate_id>/", views.gate, name="gate"),
    path("<int:project_id>/gates/<slug:gate_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:project_id>/nodes/", nodepages.nodes, name="nodes"),
    path("<int:project_id>/nodes/lay-out/", nodepages.lay_out, name="lay_out"),
    path("<int:project_id>/nodes/close/", nodepages.close, name="close_nodes"),
    path("<int:project_id>/nodes/<slug:node>/move/", nodepages.move, name="move_node"),
    path("<int:project_id>/nodes/<slug:node>/reopen/", nodepages.reopen, name="reopen_node"),
]
