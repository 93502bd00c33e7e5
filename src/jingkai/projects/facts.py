"""What project work tells the ledger."""

from jingkai.kernel.facttypes import FactType, label, money

__all__ = ["gate_passed"]

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
