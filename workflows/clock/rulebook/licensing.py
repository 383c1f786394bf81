"""行政许可法: notice, decision, joint handling, pre-review, delivery, hearing, renewal. Pure data."""

from __future__ import annotations

from workflows.clock.days import Bilingual, WorkingDays
from workflows.clock.grounds import ART_45
from workflows.clock.rulebook.terms import ACCEPTED, DECIDED, RECEIVED, XKF, XKF_FROM, art, extension, period, wait
from workflows.clock.rules import Expiry, Granter

XKF_32, XKF_42 = art("32(4)", "第三十二条第一款第四项"), art("42(1)", "第四十二条第一款")
XKF_42_JOINT = art("42(2)", "第四十二条第二款")

LICENSING = (
    period(
        "xkf-32",
        XKF,
        XKF_32,
        WorkingDays(5),
        (
            "材料不齐全的，应当当场或者五日内一次告知需要补正的全部内容；逾期不告知的，自收到申请材料之日起即为受理",
            "All that is missing must be told at once within five days; silence is acceptance from the day of receipt",
        ),
        RECEIVED,
        XKF_FROM,
        on_expiry=Expiry.DEEMED_ACCEPTANCE,
    ),
    period(
        "xkf-42",
        XKF,
        XKF_42,
        WorkingDays(20),
        (
            "自受理之日起二十日内作出决定；经本机关负责人批准可以延长十日，并将理由告知申请人",
            "Decide within twenty days of acceptance; the head of the agency may add ten and tells the reason",
        ),
        ACCEPTED,
        XKF_FROM,
        grounds=ART_45,
        extension=extension(WorkingDays(10), Granter.AGENCY_HEAD, XKF_42),
    ),
    period(
        "xkf-42-joint",
        XKF,
        XKF_42_JOINT,
        WorkingDays(45),
        (
            "统一办理或者联合办理、集中办理的，不得超过四十五日；经本级人民政府负责人批准可以延长十五日",
            "Joint handling takes at most forty-five days; the head of the people's government may add fifteen",
        ),
        ACCEPTED,
        XKF_FROM,
        grounds=ART_45,
        extension=extension(WorkingDays(15), Granter.GOVERNMENT_HEAD, XKF_42_JOINT),
    ),
    period(
        "xkf-43",
        XKF,
        art("43", "第四十三条"),
        WorkingDays(20),
        ("下级行政机关应当自受理之日起二十日内审查完毕", "The lower agency finishes its review within twenty days"),
        ACCEPTED,
        XKF_FROM,
        grounds=ART_45,
    ),
    period(
        "xkf-44",
        XKF,
        art("44", "第四十四条"),
        WorkingDays(10),
        ("自作出决定之日起十日内颁发、送达证件", "Issue and deliver the certificate within ten days of the decision"),
        DECIDED,
        XKF_FROM,
    ),
    period(
        "xkf-47-request",
        XKF,
        art("47(1)", "第四十七条第一款"),
        WorkingDays(5),
        ("在被告知听证权利之日起五日内提出听证申请", "Ask for a hearing within five days of being told of the right"),
        ("被告知听证权利之日", "the day of being told of the right"),
        XKF_FROM,
        on_expiry=Expiry.RIGHT_ENDS,
        split_practice=True,
    ),
    period(
        "xkf-47-hearing",
        XKF,
        art("47(1)", "第四十七条第一款"),
        WorkingDays(20),
        ("行政机关应当在二十日内组织听证", "The agency holds the hearing within twenty days"),
        ("收到听证申请之日", "the day of the request"),
        XKF_FROM,
    ),
    wait(
        "xkf-48-notice",
        XKF,
        art("48(1)", "第四十八条第一款第一项"),
        WorkingDays(7),
        ("举行听证的七日前通知时间、地点", "Time and place of a hearing are told seven days before it"),
        XKF_FROM,
    ),
    period(
        "xkf-50",
        XKF,
        art("50", "第五十条"),
        WorkingDays(30),
        (
            "有效期届满三十日前提出延续申请；届满前未作决定的，视为准予延续",
            "Renewal is asked thirty days before expiry; no decision by then renews it",
        ),
        ("提出延续申请之日", "the day of the request"),
        XKF_FROM,
        on_expiry=Expiry.DEEMED_RENEWAL,
    ),
)


LOCAL = (
    period(
        "local-corrections",
        Bilingual("本地规定", "local rule"),
        Bilingual("(如台州：十五个工作日)", "(as in Taizhou: fifteen working days)"),
        WorkingDays(15),
        (
            "申请人补正期限；国家法律未规定逾期自动不予许可，到期以书面退件",
            "Time for the applicant's corrections; no law refuses by itself, papers are handed back in writing",
        ),
        ("补正告知送达之日", "the day the list of corrections is served"),
        XKF_FROM,
        on_expiry=Expiry.HAND_BACK,
    ),
)
