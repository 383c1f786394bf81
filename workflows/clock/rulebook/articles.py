"""What the cited articles say, in one or two sentences each. Sources: DOMAIN.md 1.1-1.6; limits of time are `RULES`.

A summary for a reader who has to decide now; the statute's own words decide. Pure data: (law, article, zh, en).
"""

from __future__ import annotations

_XKF, _PLAN, _LAND, _LANDREG = "行政许可法", "城乡规划法", "土地管理法", "土地管理法实施条例"
_EIA, _CODE, _EIAREG = "环境影响评价法", "生态环境法典", "建设项目环境保护管理条例"
_JZF, _QUAL, _SAFE = "建筑法", "建设工程质量管理条例", "建设工程安全生产管理条例"
_GOVINV, _ENTINV = "政府投资条例", "企业投资项目核准和备案管理条例"

ARTICLES: tuple[tuple[str, int, str, str], ...] = (
    (
        _XKF,
        32,
        "材料不全或不符合形式的，当场或者五个工作日内一次告知全部补正内容；逾期不告知的，自收到之日起即为受理。"
        "材料齐全，或者已按要求补正的，应当受理。受理与否须出具加盖印章、注明日期的书面凭证。",
        "If papers are missing, the applicant is told once, of everything, on the spot or within five working "
        "days; silence "
        "means accepted from the day of receipt. What is complete, or was corrected as asked, must be accepted. "
        "Both are "
        "said in writing, stamped and dated.",
    ),
    (
        _XKF,
        34,
        "需要核实申请材料实质内容的，应当指派两名以上工作人员进行核查。",
        "Where the substance has to be checked on the spot, at least two officers go.",
    ),
    (
        _XKF,
        38,
        "不予许可的，应当书面说明理由，并告知申请复议或者提起诉讼的权利。",
        "A refusal is in writing, gives the reasons, and names the right to administrative review and to sue.",
    ),
    (_XKF, 40, "准予许可的决定应当公开，公众有权查阅。", "Decisions that grant a licence are open to the public."),
    (
        _XKF,
        42,
        "自受理之日起二十个工作日内决定；经本机关负责人批准可延长十个工作日，并告知理由。联合办理的为四十五个工作日，"
        "经本级人民政府负责人批准可延长十五个工作日。",
        "Decide within twenty working days of acceptance; the head of the agency may add ten and tells the "
        "reasons. Joint "
        "handling: forty-five, and the head of the government may add fifteen.",
    ),
    (
        _XKF,
        44,
        "自决定之日起十个工作日内颁发、送达证件。",
        "Deliver the certificate within ten working days of the decision.",
    ),
    (
        _XKF,
        45,
        "听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审所需时间不计算在期限内，但应当书面告知申请人所需时间。",
        "Hearing, tender, auction, inspection, testing, quarantine, appraisal and expert review do not count; "
        "how long they "
        "take is told to the applicant in writing.",
    ),
    (
        _XKF,
        47,
        "直接涉及申请人与他人重大利益的，决定前告知听证权利；被告知后五日内申请的，二十日内组织听证。",
        "Where great interests of others are touched, the right to a hearing is told before the decision; asked "
        "for within "
        "five days, it is held within twenty.",
    ),
    (
        _XKF,
        48,
        "听证应当于七日前通知并公告；主持人不得是审查该申请的人员；应当根据笔录决定。",
        "A hearing is told seven days before; whoever reviews the case does not chair it; its minutes bind the "
        "decision.",
    ),
    (
        _XKF,
        50,
        "有效期届满三十日前申请延续；逾期未作决定的，视为准予延续。",
        "Renewal is asked for thirty days before expiry; without a decision in time it counts as renewed.",
    ),
    (
        _XKF,
        69,
        "违法准予的许可，可以由决定机关或者其上级机关撤销。",
        "A licence that was granted unlawfully may be annulled by its agency or the one above.",
    ),
    (
        _XKF,
        82,
        "本法规定的期限以工作日计算，不含法定节假日。",
        "The periods of this law are working days; statutory holidays do not count.",
    ),
    (
        _PLAN,
        36,
        "以划拨方式取得土地且须批准或者核准的项目，报批前应当申请核发选址意见书。",
        "A project on allocated land that needs approval first obtains the opinion on its site.",
    ),
    (
        _PLAN,
        37,
        "以划拨方式取得土地的，核准备案后申请建设用地规划许可证，之后方可申请用地。",
        "On allocated land the land-use planning permit comes after the project's approval and before the land.",
    ),
    (
        _PLAN,
        38,
        "以出让方式取得土地的，规划条件是出让合同的组成部分；未确定规划条件的地块不得出让。",
        "On granted land the planning conditions are part of the contract; land without them must not be granted.",
    ),
    (_PLAN, 39, "规划条件未纳入出让合同的，该合同无效。", "A contract without the planning conditions is void."),
    (
        _PLAN,
        40,
        "进行建设应当申请建设工程规划许可证；经审定的总平面图应当公布。",
        "Building needs the works planning permit; the approved site plan is published.",
    ),
    (
        _LAND,
        44,
        "占用农用地的，应当办理农用地转用审批；永久基本农田由国务院批准。",
        "Farmland needs approval of its conversion; permanent basic farmland that of the State Council.",
    ),
    (
        _LAND,
        46,
        "征收永久基本农田、三十五公顷以上其他耕地或者七十公顷以上其他土地由国务院批准，其他由省级人民政府批准。",
        "The State Council approves taking permanent basic farmland, over 35 ha of other cultivated or over 70 "
        "ha of other "
        "land; the province approves the rest.",
    ),
    (
        _LAND,
        47,
        "征收前应当公告、开展现状调查和社会稳定风险评估，公告补偿安置方案，签订协议。",
        "Before land is taken: notice, survey, assessment of social stability, the posted compensation plan, "
        "agreements.",
    ),
    (
        _LAND,
        53,
        "建设单位使用国有土地，应当持有关文件向自然资源主管部门申请，经审查报有批准权的人民政府批准。",
        "A builder applies to the natural resources authority for state land; the competent government approves.",
    ),
    (
        _LAND,
        54,
        "使用国有土地应当以出让等有偿方式取得；公共设施等可以划拨。",
        "State land is granted for a price; for public facilities it may be allocated.",
    ),
    (
        _LANDREG,
        24,
        "建设项目确需占用农用地的，在批准、核准前后办理用地预审。",
        "Where a project has to use farmland, the pre-review of its land belongs to its approval.",
    ),
    (
        _LANDREG,
        26,
        "征收土地预公告时间不少于十个工作日。",
        "The notice of intended taking stands at least ten working days.",
    ),
    (
        _LANDREG,
        28,
        "补偿安置方案公告时间不少于三十日；多数成员有异议的，应当组织听证。",
        "The compensation plan is posted at least thirty days; if most members object, a hearing is held.",
    ),
    (
        _LANDREG,
        31,
        "收到批准文件之日起十五个工作日内发布征收公告。",
        "The taking is posted within fifteen working days of the approval's arrival.",
    ),
    (_LANDREG, 32, "补偿费用未足额到位的，不得批准征收。", "Without the compensation in full there is no approval."),
    (
        _EIA,
        16,
        "按影响程度分为报告书、报告表、登记表三类。",
        "By its effects a project needs a report, a form or a registration.",
    ),
    (
        _EIA,
        21,
        "编制报告书的，应当征求公众意见，并附采纳与否的说明。",
        "For a report the public is asked, and what became of its opinions is attached.",
    ),
    (
        _EIA,
        22,
        "自收到报告书之日起六十日内、报告表之日起三十日内作出审批决定；登记表实行备案。",
        "Decide within sixty days of receiving a report, thirty days of a form; a registration is filed.",
    ),
    (
        _EIA,
        24,
        "性质、规模、地点、工艺、措施重大变动的，重新报批；批准满五年方开工的，报原部门重新审核。",
        "A major change is approved anew; a start more than five years after the approval needs a re-check.",
    ),
    (_EIA, 25, "未依法经审查或者审查后未予批准的，不得开工建设。", "Without an approved assessment, no start."),
    (
        _CODE,
        107,
        "环境影响评价文件未依法批准或者未经重新审核同意的，不得开工建设。",
        "Without an approved assessment, or without consent to the re-check, no start.",
    ),
    (
        _EIAREG,
        9,
        "审批机关可以组织技术评估，费用由其承担，不得向建设单位收取。",
        "The authority may have the assessment reviewed, at its own cost, never the builder's.",
    ),
    (
        _EIAREG,
        11,
        "选址布局不符合规划、区域质量不达标且措施不足、达标无保证、原有污染未治理、基础资料明显不实的，不予批准。",
        "Five grounds to refuse: the site against the plans, a region below standard without sufficient measures, no "
        "assured compliance, old pollution untreated, data clearly false.",
    ),
    (
        _JZF,
        7,
        "开工前应当申请施工许可证；按国务院规定批准开工报告的不再领取。",
        "A start needs the construction permit, unless a start report was approved under the rules of the State "
        "Council.",
    ),
    (
        _JZF,
        8,
        "六项条件：用地批准手续；规划许可证；拆迁进度；施工企业；资金、施工图和技术资料；质量和安全措施。自收到"
        "申请之日起"
        "七日内颁发。",
        "Six conditions: land, planning permit, clearing of the site, builder, money with drawings, measures "
        "for quality and "
        "safety. Issued within seven days of the application.",
    ),
    (
        _JZF,
        9,
        "领证后三个月内开工；可申请延期两次，每次不超过三个月；逾期自行废止。",
        "Start within three months; two extensions of at most three months each; else the permit lapses by itself.",
    ),
    (
        _JZF,
        10,
        "中止施工的，一个月内报告；中止满一年恢复的，应当核验许可证。",
        "A suspension is reported within a month; after a year the permit is verified before work goes on.",
    ),
    (
        _JZF,
        11,
        "批准开工报告后六个月内未开工的，应当重新办理。",
        "A start report that was not used for six months is approved anew.",
    ),
    (_QUAL, 11, "施工图设计文件未经审查批准的，不得使用。", "Drawings that were not examined may not be used."),
    (
        _QUAL,
        13,
        "开工前办理工程质量监督手续，可以与施工许可证或者开工报告合并办理。",
        "Quality supervision is registered before the start; it may be merged with the permit or the start report.",
    ),
    (
        _SAFE,
        10,
        "申请施工许可证时提供安全施工措施资料；开工报告批准后十五日内备案。",
        "Safety measures come with the application, or are filed within fifteen days of an approved start report.",
    ),
    (
        _GOVINV,
        12,
        "概算超过可研估算百分之十的，应当报告，可以要求重新报送可研报告。",
        "A budget over the estimate by more than ten per cent is reported; the study may have to be made anew.",
    ),
    (
        _GOVINV,
        20,
        "政府投资项目应当符合开工条件方可开工；依规定须批准开工报告的，经批准后开工。",
        "A government project starts only when its conditions are met, and after approval where a start report "
        "is needed.",
    ),
    (
        _ENTINV,
        12,
        "核准后两年内未开工的，应当在届满三十日前申请延期，只能延期一次，不超过一年。",
        "Not begun within two years: an extension is asked thirty days before, once, for at most a year.",
    ),
    (
        _ENTINV,
        13,
        "备案机关收到全部信息即为备案；信息不全的，指导补正。",
        "A filing is complete when everything was received; what is missing is pointed out.",
    ),
    ("水土保持法", 26, "水土保持方案未经批准的，不得开工建设。", "Without an approved soil and water plan, no start."),
    (
        "节约能源法",
        15,
        "不符合强制性节能标准的项目，不得开工建设。",
        "A project below the energy standard may not start.",
    ),
    (
        "森林法",
        37,
        "占用林地的，应当经县级以上林业主管部门审核同意。",
        "Using forest land needs the consent of the forestry authority of the county or above.",
    ),
    (
        "草原法",
        38,
        "占用草原的，应当经省级以上草原主管部门审核同意。",
        "Using grassland needs the consent of the grassland authority of the province or above.",
    ),
    (
        "公务员法",
        76,
        "涉及本人或者亲属利益、可能影响公正执行公务的，应当回避。",
        "Whoever has an interest of his own or of a relative, or may not be impartial, steps aside.",
    ),
    (
        "不动产登记暂行条例",
        20,
        "自受理登记申请之日起三十个工作日内办结。",
        "Registration is finished within thirty working days of acceptance.",
    ),
)
