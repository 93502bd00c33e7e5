"""Named projects and their stage: one pattern, one example."""

import pytest

from tests.reading.said import PLAN, REVIEW, projects

STAGES = [
    (PLAN, "确保青禾电机生产基地竣工投产。", [("青禾电机生产基地", "produce")]),
    (PLAN, "力争白鹭冷链物流园签约落户。", [("白鹭冷链物流园", "sign")]),
    (PLAN, "做好云湖大桥前期工作。", [("云湖大桥", "plan")]),
    (PLAN, "启动建设南塘污水处理厂。", [("南塘污水处理厂", "start")]),
    (PLAN, "加快推进松岭变电站建设。", [("松岭变电站", "build")]),
    (PLAN, "实施云湖大道提升工程。", [("云湖大道提升工程", "build")]),
    (REVIEW, "松岭医院主体封顶。", [("松岭医院", "build")]),
    (REVIEW, "云湖大道建成通车。", [("云湖大道", "complete")]),
    (REVIEW, "扩建了松岭医院。", [("松岭医院", "upgrade")]),
    (REVIEW, "全省首个青禾试验平台试运行。", [("青禾试验平台", "complete")]),
    # lists: a shared deed, a shared lead, a lent noun, names without a noun of their own
    (
        PLAN,
        "确保青禾电机、白鹭食品等项目开工建设。",
        [("青禾电机", "start"), ("白鹭食品", "start")],
    ),
    (PLAN, "推进云湖大道、南塘大桥建设。", [("云湖大道", "build"), ("南塘大桥", "build")]),
    (
        REVIEW,
        "青禾电机、白鹭冷链物流园建成投产。",
        [("青禾电机", "produce"), ("白鹭冷链物流园", "produce")],
    ),
    (PLAN, "加快建设投资5亿元的青禾电机生产基地。", [("青禾电机生产基地", "build")]),
    (PLAN, "服务好白鹭冷链物流园项目，6月底前建成投用。", [("白鹭冷链物流园", "complete")]),
]


@pytest.mark.parametrize(("part", "sentence", "named"), STAGES)
def test_a_project_is_named_with_its_stage(part: str, sentence: str, named: list):
    found = projects(sentence, part)

    assert [(one.name, one.action) for one in found] == named
    assert {one.status for one in found} == {"planned" if part == PLAN else "done"}


def test_a_park_whose_firms_are_counted_is_named_only_where_it_is_spoken_of():
    assert projects("力争青禾产业园入驻企业达到30家。") == []
    spoken = projects("力争青禾产业园入驻企业达到30家，园区建成投用。")
    assert [(one.name, one.action) for one in spoken] == [("青禾产业园", "build")]
    both = projects("推进青禾产业园建设，力争青禾产业园入驻企业达到30家。")
    assert [(one.name, one.action) for one in both] == [("青禾产业园", "build")]


@pytest.mark.parametrize(
    "sentence",
    [
        "加快建设标准化厂房。",  # a class of things
        "实施人才培育工程。",  # a programme
        "推进“双百”示范工程。",  # a campaign
        "开展研发中心建设试点。",
        "全年引进亿元以上项目30个。",
        "青禾、白鹭等6家企业申报省级荣誉。",  # firms, no projects
        "深入实施数字文化、创意设计等重大项目。",  # fields of work
        "完善民企参与重大项目建设机制。",
    ],
)
def test_classes_programmes_and_firms_are_no_projects(sentence: str):
    assert not projects(sentence)
