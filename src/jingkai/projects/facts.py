"""What project work tells the ledger."""

from jingkai.kernel.facttypes import FactType, count, label, money

__all__ = ["gate_passed", "node_closed"]

gate_passed = FactType(
    id="projects.gate_passed",
    name="项目过节点",
    english="Project passed a gate",
    subject="project",
    grain="event",
    columns={
        "gate": label("节点", sign="签约", start="开工", commission="投产", full_output="达效"),
        "amount": money("总投资"),
        "kind": label("类别", 产业="产业", 基础设施="基础设施", 民生="民生", 服务业="服务业"),
        "top500": label("500强投资", 是="是", 否="否"),
    },
)

node_closed = FactType(
    id="projects.node_closed",
    name="项目节点销号",
    english="Node of a project closed",
    subject="project",
    grain="event",
    columns={
        "link": label("环节", attract="招商", start="开工", complete="竣工", output="达产"),
        "kind": label("类别", 产业="产业", 基础设施="基础设施", 民生="民生", 服务业="服务业"),
        "timing": label("是否按期", on_time="按期", late="逾期"),
        "days_late": count("逾期天数", "天"),
    },
)
