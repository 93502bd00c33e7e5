"""The figures of GB/T 9704-2012 in twentieths of a point (twip), and the four fonts it names."""

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838  # A4
TOP, LEFT, BOTTOM, RIGHT = 2098, 1588, 1984, 1474  # 37, 28, 35 and 26 mm
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT
LINE = 579  # 22 lines of 580 are 4 twips higher than 225 mm, and the page would hold 21
LINES, CHARACTERS = 22, 28
CHARACTER = 320  # one 汉字 of 3号
# 28 汉字 of 3号 are 2 mm wider than 156 mm, so each gives up a little: 4 twips by arithmetic,
# 6 because readers round to their own units and would drop the last one.
TIGHTER = -6
MILLIMETRE = 56.7

TITLE, BODY, FOURTH, SMALL_FOURTH, FIFTH = 22.0, 16.0, 14.0, 12.0, 10.5  # 2号 3号 4号 小4 5号

XIAOBIAOSONG = "方正小标宋简体"
FANGSONG = "仿宋_GB2312"
KAITI = "楷体_GB2312"
HEITI = "黑体"
SONGTI = "宋体"

# None of these fonts is free, so a document names them and what may stand in for them.
STAND_INS = {
    XIAOBIAOSONG: (
        "方正小标宋_GBK",
        "华文中宋",
        "思源宋体 CN SemiBold",
        "Noto Serif CJK SC",
        SONGTI,
    ),
    FANGSONG: ("仿宋", "FangSong", "华文仿宋", "FandolFang R", "Noto Serif CJK SC"),
    KAITI: ("楷体", "KaiTi", "华文楷体", "FandolKai", "Noto Serif CJK SC"),
    HEITI: ("SimHei", "思源黑体 CN", "Noto Sans CJK SC", "FandolHei"),
    SONGTI: ("SimSun", "思源宋体 CN", "Noto Serif CJK SC", "FandolSong"),
}
RED = "FF0000"
