"""What the core tells whoever types commands, as the page tells it: nobody there types ``baoxue …`` or ``--option``.

The core's sentences name the remedy of the command line; here stands beside each what is done on the page instead.
"""

from __future__ import annotations

import re
from typing import Any

from generator.errors import BaoxueError, Problem

SAID = {
    "用 --school 写明是哪一所": "在下面选是哪一所",
    "--school 写学校标识码": "数据表里给同名的学校写上学校标识码",
    "改正 --school": "在下面另选一所",
    "没有错就加 --force": "没有错就勾上“没有拿错，照样看”",
    "写 baoxue due 列出的编号": "写“2 今天要办”里列出的编号",
    "全部名称见 baoxue policy show": "名称要和政策文件里的一样",
    "运行 baoxue notice import 登记": "在“4 通知书”里登记",
    "先运行 baoxue notice import": "先在“4 通知书”里登记它们",
    "用 baoxue notice issue 编号": "在“4 通知书”里编号",
    "第一次 baoxue notice issue 会建立它": "第一次编号会建立它",
    "用 baoxue notice serve 登记": "在“4 通知书”里登记送达",
    "送达用 serve --correct 更正": "送达在“4 通知书”里更正",
    "写明 --correct 理由": "写明为什么更正",
    "有哪些看 baoxue notice list": "有哪些看“4 通知书”",
    "用最近的备份恢复：baoxue ledger restore 备份文件": "在“4 通知书”最下面用最近的备份恢复",
    "用 baoxue notice open 让下一号": "在“4 通知书”里“定下一号从几开始”，让下一号",
    "仍要恢复加 --yes": "仍要恢复，勾上“仍要恢复”",
    "用 --notice 写明序号": "在列表里勾上那一份",
    "用 --code 写明": "在“机关代字”里写明",
    "移走，或加 --overwrite 重做，原来的改名留着": "移走，或勾上“照样重做”再做，原来的改名留着",
    "要知道是哪一页，请加 --password-file": "这份设了密码，在这里看不出是哪一页",
    "（baoxue list 可查）": "",
    "另一个 baoxue": "另一个保学",
    "不是 baoxue 的台账": "不是保学的台账",
    "请升级 baoxue": "请升级保学",
    "这次没有编号；请再运行一次": "这次没有编号；请再点一次",
    "运行 baoxue doctor 看怎么补": "最下面的“怎么用”里有怎么补",
}
"""A remedy of the command line -> what is done on the page."""

_SAID = re.compile("|".join(map(re.escape, sorted(SAID, key=len, reverse=True))))


def here(value: Any) -> Any:
    """Return what a template prints as the page says it; what is no sentence of the core stays as it is."""
    text = str(value) if isinstance(value, Problem | BaoxueError) else value
    if type(text) is str and ("baoxue" in text or "--" in text):
        return _SAID.sub(lambda found: SAID[found[0]], text)
    return value
