"""The order of names by pinyin: syllable by syllable, a surname in the reading that it has as a surname.

A name is cut into surname and given name before anything is looked up, so that no word is seen across the cut: there is
no 曾经 in 曾经国. A given name that is a word by itself (重阳, 长江) is read as that word.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

Sound = tuple[str, int, int, str]
"""A character as it is sorted: letters, whether they hold ü, tone, and the character itself."""

SURNAMES = {
    "单": "shan4", "解": "xie4", "曾": "zeng1", "仇": "qiu2", "区": "ou1", "任": "ren2", "盖": "ge3", "查": "zha1",
    "朴": "piao2", "员": "yun4", "乐": "yue4", "华": "hua4", "洗": "xian3", "翟": "zhai2", "覃": "qin2", "秘": "bi4",
    "召": "shao4", "缪": "miao4", "折": "she2", "黑": "he4", "种": "chong2", "重": "chong2", "葛": "ge3", "卜": "bu3",
    "都": "du1", "隗": "wei3", "祭": "zhai4", "纪": "ji3", "燕": "yan1", "於": "yu1", "哈": "ha3", "过": "guo1",
    "郇": "xun2", "会": "gui4", "句": "gou1", "阚": "kan4", "占": "zhan1", "角": "jue2", "乜": "nie4", "么": "yao1",
    "能": "nai4", "薄": "bo2", "繁": "po2", "撒": "sa3", "相": "xiang4", "观": "guan4", "干": "gan1",
    "尉迟": "yu4 chi2", "令狐": "ling2 hu2", "单于": "chan2 yu2", "万俟": "mo4 qi2", "澹台": "tan2 tai2",
    "乐正": "yue4 zheng4", "诸葛": "zhu1 ge3",
}  # fmt: skip
"""How surnames are read whose characters have another reading first."""
_PAIRS = (
    "欧阳司马上官诸葛夏侯皇甫尉迟公孙慕容令狐司徒司空长孙宇文鲜于单于万俟澹台端木东方独孤南宫西门百里呼延申屠太史公冶钟离轩辕濮阳淳于"
    "闾丘赫连公羊宗政东郭第五拓跋纳兰完颜仲孙梁丘左丘乐正"
)
COMPOUND = frozenset(_PAIRS[at : at + 2] for at in range(0, len(_PAIRS), 2))
"""Surnames of two characters."""
LAST = "~"
"""The letters of what has no reading: after all that has."""
_TONES = {"\N{COMBINING MACRON}": 1, "\N{COMBINING ACUTE ACCENT}": 2, "\N{COMBINING CARON}": 3,
          "\N{COMBINING GRAVE ACCENT}": 4}  # fmt: skip
_UMLAUT = "\N{COMBINING DIAERESIS}"


@lru_cache(maxsize=1 << 17)
def by_pinyin(name: str) -> tuple[Sound, ...]:
    """Return what a person's name is sorted by; no two names have the same."""
    written = [character for character in name if unicodedata.category(character)[0] in "LN"]
    said = "".join(written)
    surname, given = cut(said)
    return (*_surname(surname), *_given(given), ("", 0, 0, name))


def cut(name: str) -> tuple[str, str]:
    """Return a name as surname and given name; a surname of two characters has a given name after it."""
    size = 2 if name[:2] in COMPOUND and len(name) > 2 else 1
    return name[:size], name[size:]


def _surname(surname: str) -> tuple[Sound, ...]:
    if said := SURNAMES.get(surname):
        return tuple(
            (sound[:-1], 0, int(sound[-1]), character) for character, sound in zip(surname, said.split(), strict=True)
        )
    return tuple(map(_alone, surname))


@lru_cache(maxsize=1 << 16)
def _given(given: str) -> tuple[Sound, ...]:
    from pypinyin.phrases_dict import phrases_dict

    if word := phrases_dict.get(given):
        return tuple(_sound(character, *said) for character, said in zip(given, word, strict=True))
    return tuple(map(_alone, given))


@cache
def _alone(character: str) -> Sound:
    from pypinyin.pinyin_dict import pinyin_dict

    return _sound(character, *pinyin_dict.get(ord(character), "").split(","))


def _sound(character: str, reading: str, *_: str) -> Sound:
    """Return a character by its first reading; letters and digits stand for themselves, what is unknown comes last."""
    if not reading:
        return (character.casefold() if character.isascii() else LAST, 0, 0, character)
    parts = unicodedata.normalize("NFD", reading)
    letters = "".join(part for part in parts if part.isascii() and part.isalpha())
    return letters, int(_UMLAUT in parts), next((_TONES[part] for part in parts if part in _TONES), 5), character
