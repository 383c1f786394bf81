"""The English names of the laws that the house cites; their Chinese names stand in the citations themselves. Pure."""

from __future__ import annotations

import re

LAWS: dict[str, str] = {
    "不动产登记暂行条例": "Interim Regulation on Real Estate Registration",
    "企业投资项目核准和备案管理条例": "Regulation on the Approval and Filing of Enterprise Investment Projects",
    "优化营商环境条例": "Regulation on the Business Environment",
    "公务员法": "Civil Servants Law",
    "公路建设监督管理办法": "Measures on the Supervision of Highway Construction",
    "公路法": "Highway Law",
    "土地管理法": "Land Administration Law",
    "土地管理法实施条例": "Regulation for the Land Administration Law",
    "城乡规划法": "Urban and Rural Planning Law",
    "市县办事指南(报告书受理公示)": "local service guides (notice of an accepted report)",
    "市县办事指南(报告表受理公示)": "local service guides (notice of an accepted form)",
    "市县办事指南(拟批准公示)": "local service guides (notice of the proposed approval)",
    "建筑工程施工许可管理办法": "Measures on Construction Permits",
    "建筑法": "Construction Law",
    "建设工程安全生产管理条例": "Regulation on Work Safety in Construction",
    "建设工程质量管理条例": "Regulation on the Quality of Construction",
    "建设项目环境保护管理条例": "Regulation on Environmental Protection of Construction Projects",
    "建设项目环境影响登记表备案管理办法": "Measures on the Filing of EIA Registration Forms",
    "建设项目环境影响评价分类管理名录": "Catalogue of Classes of EIA",
    "招标投标法": "Tendering Law",
    "招标拍卖挂牌出让国有建设用地使用权规定": "Rules on the Public Sale of State-owned Construction Land",
    "政府投资条例": "Government Investment Regulation",
    "林草局": "forestry bureau's",
    "森林法": "Forest Law",
    "水利工程建设项目管理规定": "Rules on Water Construction Projects",
    "水土保持法": "Water and Soil Conservation Law",
    "民法典": "Civil Code",
    "消防法": "Fire Protection Law",
    "环境影响评价公众参与办法": "Measures on Public Participation in EIA",
    "环境影响评价法": "Environmental Impact Assessment Law",
    "生态环境法典": "Ecological Environment Code",
    "电力建设工程质量监督管理规定": "Rules on the Quality Supervision of Power Works",
    "自然资规": "Natural Resources Ministry document ",
    "节约能源法": "Energy Conservation Law",
    "草原法": "Grassland Law",
    "行政许可法": "Administrative Licensing Law",
    "闲置土地处置办法": "Measures on Idle Land",
    "国办发": "State Council Office document ",
}
# The longest name first: one name may begin with another.
_NAMED = re.compile("|".join(re.escape(name) for name in sorted(LAWS, key=len, reverse=True)))
_NUMBER = re.compile(r"〔(\d{4})〕(\d+)号")


def in_english(text: str) -> str:
    """A citation with the names of its laws, and the numbers of documents, in English."""
    said = _NAMED.sub(lambda found: LAWS[found[0]], text)
    return _NUMBER.sub(r"[\1] No. \2", said).replace("  ", " ")
