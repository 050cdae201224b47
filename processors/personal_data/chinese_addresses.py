"""Postal addresses in Chinese: a chain of the parts that make one (district, road, number, estate, building, room).

The text is read once, part by part; parts that touch, or that only a name keeps apart, form a chain, and the chain is judged by
what it holds. A city or a district alone tells nobody's home, and a road without a number is a place like any other.
"""

import re
from collections.abc import Iterable, Iterator
from heapq import merge
from operator import methodcaller

from processors.expressions import lazy
from processors.personal_data.chinese_places import BEFORE, CUE, ENDINGS, NAME, kind_of, name_start, province_in
from processors.utterance import Span

_D = "0-9零〇一二三四五六七八九十百两"
_N = f"[{_D}]"
_SUB = r"(?:之[0-9]{1,3}|之[一二三四五六七八九十]{1,3}|[-#][0-9]{1,3}(?![0-9-])|[甲乙丙丁])?"
_INNER = rf"(?:{_N}|[A-Za-z]? ?[栋棟幢座单單]|号楼|號樓|组团|[东西南北中])"
_NUMBERED = lazy(  # the first character, which the engine looks for fast; then what may begin so
    rf"[{_D}A-Za-z甲乙丙丁临附负地东西南北中東#]"
    r"(?:"
    rf"(?P<number>(?<=[{_D}甲乙丙丁临附])(?<![0-9][.:%])(?:(?<=[甲乙丙丁临附]){_N})?(?:{_N}{{0,4}}"
    rf"(?:[-/]{_N}{{1,4}}){{0,2}}[A-Za-z甲乙丙丁]? ?)"
    rf"(?:(?:大院|[号號]院|[号號]大院|[号號]门(?=[^\W0-9]))|[号號](?![线線楼樓机機码碼房铺鋪舖店仓柜口厅]){_SUB}"
    rf"(?:附{_N}{{1,3}}[号號]?)?|弄|巷(?:{_N}{{1,3}}弄)?))"
    rf"|(?P<building>(?<=[{_D}A-Za-z东西南北中東])(?:{_N}{{0,4}}|(?:{_N}|[A-Za-z]){{0,2}}-?{_N}{{1,2}})[A-Za-z]? ?"
    rf"(?:[栋棟幢座]|[号號][楼樓]|#楼|斋|(?<={_N})舍|#(?=[0-9一二三四五六七八九]{{1,4}}(?:单元|單元|[-室号])|[0-9]{{3,4}})))"
    rf"|(?P<unit>(?<=[{_D}A-Za-z东西南北中東])(?:{_N}{{0,2}} ?(?:单元|單元|组团|組團|[门門](?=[0-9])|[区區期]"
    rf"(?={_INNER})|排(?=[0-9])|梯(?=[0-9]))))"
    rf"|(?P<floor>(?<=[{_D}BbF负地])下?(?:{_N}{{0,3}})(?:(?<={_N}) ?(?:[层層]|字?[楼樓](?![下上道梯])|[Ff]"
    rf"(?![A-Za-z])|/[Ff](?![A-Za-z])))(?:之{_N}{{1,3}})?)"
    rf"|(?P<group>(?<=[{_D}]){_N}{{0,2}} ?(?:[组組](?![团團装裝])|[队隊]|社(?!区|區|会)))"
    rf"|(?P<section>(?<=[{_D}东西南北中東]){_N}?段)"
    rf"|(?P<room>(?<=[{_D}A-Za-z东西北])(?:{_N}{{0,4}}|[0-9]{{1,4}}(?:-[0-9A-Za-z]{{1,4}}){{0,2}})[A-Za-z]? ?(?:室"
    rf"|房(?![间子价租东產产源型])|[户戶](?!型|外|口|名|主)|[号號]房|[号號]?[铺鋪舖](?!位|货|貨)位?|门面|商铺))"
    rf"|(?P<dashed>(?<=[{_D}])(?<![0-9A-Za-z][-.:/]){_N}{{0,3}}(?:(?:栋|座)?[-#]{_N}{{1,4}}){{1,3}}[A-Za-z]?"
    rf"(?![0-9A-Za-z%元块年月天个小]|[-.:/][0-9]))"
    rf"|(?P<bare>(?:(?<=[0-9A-Za-z])(?:(?<=[0-9])[0-9]{{0,4}}|[0-9]{{1,5}})[A-Za-z]?|"
    rf"(?<=[一二三四五六七八九])[零〇一二三四五六七八九]{{2,3}}(?=$|[^\w]))"
    r"(?![0-9A-Za-z%元块米公分秒天年月日个個件克斤度:多点折寸站次台只条路号號度人份箱倍期]|[.][0-9]|小时))"
    rf"|(?P<letter>(?<=[A-Za-z])(?![A-Za-z0-9])))"
)
_SHORT = 2000
_MOST_PARTS = 40
"""No address has more; a chain without end would cost the square of its length."""
_BETWEEN = lazy(rf"[ ,，、]{{0,2}}[(（]?(?:{NAME}|[A-Za-z0-9(（)）]){{0,12}}[ ,，、]?")
_TOUCHING = lazy(r"[ ,，、(（)）-]{0,2}")
_STARTS = frozenset({"number", "building", "unit", "region", "town", "village", "road", "estate", "site"})
_NAMED = frozenset({"region", "town", "village", "road", "estate", "site", "place"})
_INSIDE = frozenset({"building", "unit", "room", "dashed"})
_POSTCODE = lazy(r"(?<![0-9A-Za-z.-])[0-9]{3}(?:[0-9]{2,3})? ?$", re.ASCII)
_ESTATE_BEHIND = lazy(rf"{NAME}{{1,6}}?[湾里城府园苑阁庭轩居邸墅郡台岛坊汇都港庄寓院灣園閣軒莊](?=$|[^\w]|[的吧在是了和])")
_DAY_OF_MONTH = lazy("(?:[0-2]?[0-9]|3[01]|[零〇一二三四五六七八九十百两]+) ?[号號]")
_A_DAY = lazy(
    r"去|到|开|開|发|發|来|來|买|買|收|那天|[上下]午|晚|早|之?前|以前|左右|才|就|还没|能|可以|会|會|我|你|下单|退"
    r"|换|活动|促销|过|的时候|的訂|的订"
)


class _Chain:
    """Parts that touch: where they begin and end, and which there are."""

    def __init__(self, start: int, end: int, cued: bool) -> None:
        self.start, self.end, self.cued = start, end, cued
        self.kinds: list[str] = []
        self.numbers: list[str] = []
        self.in_province = False
        self.first_is_region = False

    def add(self, kind: str, start: int, end: int, text: str) -> None:
        if kind in _NAMED and self.kinds and self.kinds[-1] in _NAMED and start == self.end and kind != "place":
            self.kinds[-1] = kind  # 花园路 is a road, 石家庄市 a city
        else:
            self.kinds.append(kind)
        self.end = end
        if kind == "number":
            self.numbers.append(text[start:end])


def chinese_addresses(text: str) -> Iterator[Span]:
    """Yield the chains of a folded text that are an address."""
    chain: _Chain | None = None
    done = 0
    behind = 0
    for match in _parts(text):
        start, end = match.span()
        if start < behind:
            continue
        behind = end
        kind = match.lastgroup or kind_of(match.group())
        if chain is not None:
            if len(chain.kinds) < _MOST_PARTS and _joins(chain, kind, text, start, end):
                chain.add(kind, start, end, text)
                continue
            if start - chain.end <= 12 and kind not in _STARTS:
                continue
        if kind not in _STARTS and not (kind == "dashed" and _is_cued(text, start)):
            continue
        if chain is not None:
            if _is_an_address(chain, text):
                yield _span(chain, text)
                done = chain.end
            else:
                done = max(done, min(chain.end, start))
        chain = _begun(text, kind, start, end, done)
    if chain is not None and _is_an_address(chain, text):
        yield _span(chain, text)


def _span(chain: _Chain, text: str) -> Span:
    """The span of an address, with a postcode right before it and the name of an estate right behind it."""
    start, end = chain.start, chain.end
    if chain.first_is_region and start and (code := _POSTCODE.search(text, max(0, start - 8), start)):
        start = code.start()
    if chain.kinds[-1] == "number" and (name := _ESTATE_BEHIND.match(text, end)):
        end = name.end()
    return Span("address", start, end)


def _parts(text: str) -> Iterable[re.Match[str]]:
    """Yield numbers and endings of names in the order in which they begin."""
    if len(text) > _SHORT:
        return merge(ENDINGS.finditer(text), _NUMBERED.finditer(text), key=_begin)
    return sorted([*ENDINGS.finditer(text), *_NUMBERED.finditer(text)], key=_begin)


_begin = methodcaller("start")


def _begun(text: str, kind: str, start: int, end: int, done: int) -> _Chain:
    """A chain from its first part on, with the name before it, less what only introduces it."""
    first = start
    if kind in _NAMED or kind in ("building", "unit", "dashed"):
        first = name_start(text, max(done, start - 11), start)
    chain = _Chain(first, end, _is_cued(text, first))
    chain.first_is_region = kind in ("region", "road")
    if first < start:
        province = province_in(text, first, start, end)
        if province >= 0:
            chain.start, chain.in_province = province, True
        elif (before := BEFORE.match(text, first, start)) and before.end() < start:
            chain.start = before.end()
            chain.cued = chain.cued or _is_cued(text, chain.start)
    chain.add(kind, start, end, text)
    return chain


def _joins(chain: _Chain, kind: str, text: str, start: int, end: int) -> bool:
    """Say whether a part goes on with the chain: it touches it, or a name stands between that may belong to it."""
    gap = start - chain.end
    if gap < 0 or gap > 14:
        return False
    last = chain.kinds[-1]
    touches = gap == 0 or (gap <= 2 and _TOUCHING.fullmatch(text, chain.end, start) is not None)
    if kind in ("bare", "letter"):
        if not touches:
            return False
        if kind == "letter":
            return gap == 0 and last in ("floor", "building", "room", "number") and text[start].isupper()
        if last == "road":
            return (chain.cued or "region" in chain.kinds or chain.in_province) and gap == 0
        if last == "number":
            return (
                (gap > 0 or "弄" in chain.numbers[-1] or text[chain.end - 1] in "号號院")
                and _is_solid(chain)
                and end - start >= 3
            )
        if last in ("place", "estate", "site"):
            return (
                end - start >= 3
                and (_is_solid(chain) or last != "place")
                and (len(chain.kinds) > 1 or gap == 0)
                and end - start <= 5
            )
        return last in ("building", "unit", "floor", "dashed") and (end - start >= 2 or last != "floor")
    if touches:
        return kind != "place" or _is_solid(chain)
    if _BETWEEN.fullmatch(text, chain.end, start) is None:
        return False
    if kind in _NAMED:
        return kind != "place" or _is_solid(chain)
    if kind in ("building", "unit", "floor", "room", "dashed", "group"):
        return _is_solid(chain) or (gap <= 8 and kind != "group" and bool(_NAMED & set(chain.kinds)))
    return (
        kind == "number"
        and (_is_solid(chain) or "region" in chain.kinds)
        and (text[end : end + 1].isdigit() or not _DAY_OF_MONTH.fullmatch(text, start, end))
    )


def _is_solid(chain: _Chain) -> bool:
    """Say whether the chain is an address already, so that what follows is taken for more of it."""
    kinds = chain.kinds
    return ("road" in kinds or "village" in kinds or "estate" in kinds or "site" in kinds) and (
        bool(chain.numbers) or kinds.count("region") + chain.in_province >= 1 or not _INSIDE.isdisjoint(kinds)
    )


def _is_cued(text: str, start: int) -> bool:
    return CUE.search(text, max(0, start - 16), start) is not None


def _is_an_address(chain: _Chain, text: str) -> bool:
    """Say whether the parts together lead to a door: a road with its number, an estate or a village with what lies in it, a
    building with a room; after 地址 and the like, less is enough.
    """
    if len(chain.kinds) < 2:
        return False
    kinds = set(chain.kinds)
    regions = chain.kinds.count("region") + chain.kinds.count("town") + chain.in_province
    inner = len(kinds & _INSIDE)
    numbered = "number" in kinds
    far = not all(map(_DAY_OF_MONTH.fullmatch, chain.numbers))
    if numbered and not (inner or regions or far or chain.cued) and _A_DAY.match(text, chain.end):
        return False
    if "road" in kinds and (numbered or inner or ("bare" in kinds and (regions or chain.cued))):
        return True
    if kinds & {"estate", "site", "village", "town"} and inner:
        return True
    if "village" in kinds and ("group" in kinds or "town" in kinds or (regions and numbered) or far):
        return True
    if "building" in kinds and kinds & {"unit", "room", "dashed", "bare"}:
        return True
    if kinds & {"estate", "site"} and (
        far or (regions and (numbered or "bare" in kinds)) or (regions >= 2 and "estate" in kinds)
    ):
        return True
    if regions >= 2 and kinds & {"estate", "site"} and "floor" in kinds:
        return True
    if regions and (inner or far):
        return True
    if chain.cued:
        named = kinds & {"estate", "site", "village", "road"}
        return (
            regions >= 3
            or (regions >= 1 and bool(named))
            or ("floor" in kinds and inner > 0)
            or ("unit" in kinds and bool(kinds & {"room", "bare", "dashed"}))
            or chain.kinds[0] == "dashed"
            or (bool(named) and "bare" in kinds)
        )
    return False
