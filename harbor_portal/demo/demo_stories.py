"""Warm stories of the demo's stations: three are read by everybody, one waits for a second pair of eyes."""

from collections.abc import Sequence

from harbor_portal.demo.demo_people import SAMPLE, unit_of
from services.actions.stories import Telling, publish_story, submit_story, write_story
from stations.models import Station, User

STORIES = (
    (
        "一盏灯留到九点",
        "社区医院九点下班，陪护的人有了等车的地方。",
        """附近的社区医院晚上九点才下班，出租车司机老在路边等。站长跟保安说好，**外间的灯留到九点**。

- 二十把椅子，常常坐满
- 热水供到关灯

后来医院把末班车时间贴在了我们门口。
""",
    ),
    (
        "借出去的十一把伞",
        "一场暴雨，十一把伞，三天以后回来了十二把。",
        """六月那场雨来得急，门口的雨具架十分钟就空了，谁也没来得及登记。

## 三天以后

伞陆续送了回来，一共**十二把**。多出来的那把柄上缠着胶布，写着：“给下一个没带伞的人。”
""",
    ),
    (
        "雪天的一壶姜茶",
        "雪下得最大的那天，站点比平时多开了两个小时。",
        """早上六点，站长把**姜茶**煮上。环卫工人、骑手和交警轮流进来暖手，没有人问谁是谁。

- 姜茶 60 杯
- 借出雨具 11 套
- 充电 23 次
""",
    ),
    (
        "小黑板上的路况",
        "交警把早高峰的封路消息写在驿站的小黑板上，骑手少绕了许多路。",
        """驿站门口有一块小黑板，本来写当天的热水时间。辅警小组把**封路和积水的路段**也写了上去，骑手路过看一眼就走。

现在每天早上七点更新一次。
""",
    ),
)
"""Title, lead, text; the last is not published yet."""


def tell_stories(stations: Sequence[Station]) -> None:
    officer, chair = User.objects.get(username="officer"), User.objects.get(username="admin")
    for number, (title, lead, body) in enumerate(STORIES):
        telling = Telling(
            title=f"{title}{SAMPLE}",
            lead=lead,
            body=body,
            station=stations[number % len(stations)],
            shows_person=False,
        )
        story = submit_story(story=write_story(unit=unit_of(officer), telling=telling, by=officer), by=officer)
        if number < len(STORIES) - 1:
            publish_story(story=story, by=chair)
