"""Totals that every zone is asked for: each has a definition, and a published figure or none."""

import pytest

from tests.kernel.known import FACT_TYPES, ZONES
from tests.seeding.test_story import MORE_THAN, PUBLISHED

NAMED = {
    "工业总产值": "industry_output",
    "工业总产值增速": "industry_output_growth",
    "增加值": "industry_value_added",
    "增加值增速": "industry_value_added_growth",
    "税收过亿企业数": "firms_tax_100m",
    "税收过千万企业数": "firms_tax_10m",
    "规上工业企业数": "industrial_firms",
    "新增规上": "new_industrial_firms",
    "四上企业数": "four_above_firms",
    "新增市场主体": "market_entities_added",
    "企业研发投入强度": "firm_research_intensity",
    "全社会研发投入强度": "rd_share",
    "省级小巨人": "new_provincial_giants",
    "国家级小巨人": "new_national_giants",
    "高新技术企业": "new_hightech_firms",
    "国家级科研平台": "national_research_platforms",
    "参与制定国家标准": "national_standards",
}
# The demo zone's report gives no figure of these for a year that is over.
NOT_PUBLISHED = {
    "industry_value_added",
    "industry_value_added_growth",
    "new_industrial_firms",
    "firm_research_intensity",
    "rd_share",
    "new_hightech_firms",
}


@pytest.mark.parametrize("package", ZONES)
@pytest.mark.parametrize("name", NAMED)
def test_every_total_that_is_asked_for_has_a_definition(package: str, name: str) -> None:
    found = ZONES[package].indicators[NAMED[name]]

    assert found.words and found.basis
    assert found.is_derived or found.over in FACT_TYPES


def test_each_total_is_held_to_what_was_published_or_said_to_have_no_figure() -> None:
    published = {asked.partition("@")[0] for asked in (*PUBLISHED, *MORE_THAN)}

    assert set(NAMED.values()) - published == NOT_PUBLISHED
