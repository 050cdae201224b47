"""Postal addresses in English: house number, name and kind of street, with the flat, town and postcode around them; the forms of
the United States, Britain, Ireland, Australia, New Zealand, Canada, India, Singapore and Hong Kong.
"""

import re
from collections.abc import Callable, Iterator

from processors.expressions import lazy
from processors.personal_data.folding import blanked
from processors.personal_data.matching import judged
from processors.utterance import Span

_SURE = (
    r"(?:street|avenue|ave|road|rd|boulevard|blvd|lane|parkway|pkwy|crescent|terrace|mews|highway|hwy|parade"
    r"|esplanade|turnpike|freeway|motorway"
    r"|causeway|expressway|(?:county|state) (?:road|route) [0-9]{1,4}|marg|nagar)"
)
_CAPITAL = (
    r"(?:St|Dr|Drive|Court|Ct|Place|Pl|Square|Sq|Way|Circle|Cir|Close|Row|Ln|Gardens|Gdns|Grove|Hill|Park|Walk"
    r"|Trail|Trl|Broadway|Tce|Cres"
    r"|Pde|Promenade|Quay|Wharf|Croft|Rise|Heights|Yard|Plaza|Embankment|Wynd|Chowk|Colony|Enclave|Sector|Layout"
    r"|Drv|Bvd|Alley|Pike|Crossing)"
)
_WEAK = (
    r"(?:Loop|Green|View|Vale|Bend|Cove|Point|Ridge|Run|Pass|Path|Glen|Landing|Meadows?|Mount|Oval|Fields?|Cross|Main"
    r"|Mall|Side|Springs?|Common|End|Gate)"
)
_SMALL = (
    r"(?:st|dr|drive|court|ct|place|pl|square|sq|way|circle|cir|close|ln|gardens|grove|hill|park|walk|loop|trail|row"
    r"|rise|quay|plaza)"
)
_SPOKEN = (
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|zero|oh|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundred)[ -]){1,5}"
)
_WORD = r"(?:[A-Za-z][A-Za-z'.-]{0,20}|[0-9]{1,3}(?:st|nd|rd|th))"
_TITLE = r"(?:[A-Z][A-Za-z'.-]{0,20}|[0-9]{1,3}(?:st|nd|rd|th)|of|the|de|upon|on|le|under|by)"
_PREMISES = (
    r"(?:(?i:apartment|apt|suite|ste|unit|room|rm|flat|building|bldg|block|blk|floor|flr|fl|level|lvl|house|lot|no"
    r"|tower|shop|villa|studio|penthouse"
    r"|phase|sector|office|door|plot|bay|wing|h\.?no|stage|space|spc|trailer"
    r"|trlr)\b\.? ?#? ?[A-Za-z0-9][A-Za-z0-9/-]{0,5}(?![A-Za-z0-9])"
    r"|# ?[0-9A-Z][0-9A-Z-]{0,6}|[0-9]{1,3}(?:st|nd|rd|th) (?i:floor|fl)\b|[0-9]{1,2}/F|(?i:ground|basement|top"
    r"|first|second|third|fourth|fifth) (?i:floor|flat)"
    r"|(?i:basement|penthouse|ph ?[0-9]{0,3})\b)"
)
_TOWN = r"(?:[A-Z][A-Za-z.'-]{1,20}|[A-Z]{1,3}(?= ?[0-9]))(?:[ -](?:[A-Z][A-Za-z.'-]{1,20}|upon|on|of|the|in)){0,3}"
_STATE = (
    r"(?:A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|PR"
    r"|NSW|VIC|QLD|SA|TAS|NT|ACT|ON|QC|BC|AB|MB|SK|NS|NB|NL|PE|YT|NU)"
)
_ZIP = r"[0-9]{5}(?:-[0-9]{4})?"
_BRITISH = r"(?i:[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2})"
_CANADIAN = r"(?i:[ABCEGHJ-NPRSTVXY][0-9][A-Z] ?[0-9][A-Z][0-9])"
_IRISH = r"[AC-FHKNPRTV-Y][0-9][0-9W] ?[0-9AC-FHKNPRTV-Y]{4}"
_STRICT = (
    rf"(?:{_STATE}\.?,? {_ZIP}|(?:NSW|VIC|QLD|SA|WA|TAS|NT|ACT),? [0-9]{{4}}|(?:{_STATE},? )?{_CANADIAN}|{_BRITISH}"
    rf"|{_IRISH}|(?:[A-Z]{{2,3}} )?[1-9][0-9]{{2}} ?[0-9]{{3}}"
    rf"|(?i:{_STATE},? {_ZIP}))"
)
_POSTCODE = rf"(?:{_STRICT}|{_STATE}\b\.?|{_ZIP}|(?<=[A-Za-z] )[0-9]{{4}}(?![0-9-])|[A-Z]{{2,3}}\b)"
_TAIL = (
    r"(?: (?:NW|NE|SW|SE|N|S|E|W|North|South|East|West|Upper|Lower)\b\.?)?(?: [0-9]{1,3}(?= #|,))?"
    rf"(?:[,.]? {{0,2}}{_PREMISES}){{0,3}}"
    rf"(?:(?:, ?|,? (?={_TOWN},? {_STRICT})){_TOWN}(?:,? {_PREMISES})?){{0,4}}(?:[ ,-]{{1,3}}{_POSTCODE}){{0,3}}"
    rf"(?:, ?{_TOWN}){{0,1}}"
    rf"(?:[ ,]{{1,2}}(?i:[a-z]{{3,14}}(?: [a-z]{{3,14}}){{0,2}},? {_STATE},? {_ZIP}))?(?![A-Za-z0-9])"
)
_NUMBER = (
    rf"(?:(?i:no\.? ?)?(?<![0-9A-Za-z.$€£¥#-])[0-9]{{1,5}}(?:[-/][0-9]{{1,4}}){{0,2}}[A-Za-z]?(?:(?<=[0-9])-[A-Z])?"
    rf"(?: 1/2)?|[A-Z]-?[0-9]{{1,4}},|(?i:{_SPOKEN})(?<= ))"
)
_STREET = lazy(
    rf"{_NUMBER},? ?(?:[NSEW]\.? |North |South |East |West )?"
    rf"(?:(?P<names>{_WORD}(?: {_WORD}){{0,3}}) (?i:{_SURE})|(?P<titles>{_TITLE}(?: {_TITLE}){{0,3}}) {_CAPITAL}|"
    rf"(?P<broadway>Broadway)"
    rf"|(?P<weak>{_TITLE}(?: {_TITLE}){{0,2}}) {_WEAK}|(?P<small>{_WORD}(?: {_WORD}){{0,3}}) {_SMALL})\b\.?(?P<tail>{_TAIL})",
    re.ASCII,
)
_LEFT = lazy(  # what may stand before the house number
    rf"(?<![A-Za-z0-9.])(?:(?:{_PREMISES}|(?:{_TITLE} ){{1,3}}(?:House|Building|Towers?|Apartments|Mansions?|Court"
    rf"|Cent(?:re|er)|Plaza))[ ,-]{{1,3}}){{1,4}}$",
    re.ASCII,
)
_KIND_OF_STREET = lazy(rf" (?:(?i:{_SURE})|{_CAPITAL}|{_WEAK}|{_SMALL}|Broadway)\b", re.ASCII)
_WITH_POSTCODE = lazy(  # no kind of street, but a postcode at the end
    rf"(?<![A-Za-z0-9.])(?:{_PREMISES}|(?<![0-9A-Za-z.$#-])[0-9]{{1,5}}(?:[-/][0-9]{{1,4}})?[A-Za-z]? {_TITLE}"
    rf"(?: {_TITLE}){{0,3}}"
    rf"|{_TITLE}(?: {_TITLE}){{0,2}} (?:House|Cottage|Farm|Lodge|Court|Apartments?|Towers?|Mansions?|Barn|Mill|Hall))"
    rf"(?:,? ?{_PREMISES}){{0,2}}(?:, ?(?:[0-9]{{1,5}}[A-Za-z]? )?{_TITLE}"
    rf"(?: {_TITLE}){{0,3}}){{0,5}}[ ,-]{{1,3}}{_STRICT}(?:, ?[A-Z]{{2,3}}\b|, ?{_TOWN})?(?![A-Za-z0-9])",
    re.ASCII,
)
_ANY_POSTCODE = lazy(rf"(?<![A-Za-z0-9]){_STRICT}(?![A-Za-z0-9])", re.ASCII)
_HOUSE = lazy(r" (?:House|Cottage|Court|Apartment|Tower|Mansion|Residence|Lodge|Heights)")
_IN_A_HOUSE = lazy(
    rf"(?<![A-Za-z0-9.]){_PREMISES},? {_TITLE}(?: {_TITLE}){{0,2}} (?:House|Cottage|Court|Apartments?|Towers?"
    rf"|Mansions?|Residences?|Lodge|Heights)"
    rf"(?:, ?{_TOWN}){{0,3}}(?![A-Za-z0-9])",
    re.ASCII,
)
_BOX = lazy(
    rf"(?i:\b(?:g\.?)?p\.? ?o\.? ?box|\bpost office box|\blocked bag)\.? ?(?:#|(?i:number|no\.?))? ?[0-9]{{1,6}}{_TAIL}", re.ASCII
)
_WORD_START = lazy("(?<![A-Za-z0-9])[A-Za-z0-9#]")
_REACH = 100
_CUE = lazy(
    r"(?:address|live[sd]?|living|reside|ship|shipp?ed|deliver|delivered|send|sent|located|moved|house|home"
    r"|pick ?up|collect(?:ed)?|mail(?:ed)?)"
    r"[a-z ,:']{0,24}$",
    re.IGNORECASE,
)
_NOT_A_NAME = lazy(
    r"\b(?:a|an|on|in|to|at|for|from|is|was|my|your|our|this|that|these|and|or|per|by|with|it|i|you|we|they|more"
    r"|off|down|up|along|across"
    r"|days?|hours?|minutes?|mins?|hrs?|seconds?|weeks?|months?|years?|miles?|km|kilometers?|meters?|feet|percent"
    r"|dollars?|bucks|pcs|pieces?|units?|times?"
    r"|watch(?:es)?|orders?|items?|inch(?:es)?|stars?|pm|am|o'clock|hard|test|gb|tb|mb|business|working|different"
    r"|wrong|other|of)\b",
    re.IGNORECASE,
)
_NOT_A_HOUSE = lazy(
    r"\b(?:an|to|at|for|from|is|was|my|your|our|this|that|these|and|or|per|with|it|i|you|we|they|more|days?|hours?"
    r"|minutes?|items?|orders?)\b"
)
_PART_AND_COMMA = lazy("[0-9A-Za-z-]{1,6},")
_PART_BEFORE = lazy(
    r"(?<![a-z0-9])(?:apartment|apt|suite|ste|unit|room|rm|flat|floor|level|lvl|shop|tower|block"
    r"|building)\.? ?#? ?$",
    re.IGNORECASE,
)


def english_addresses(text: str) -> Iterator[Span]:
    """Yield streets with a house number, houses with a postcode, and post-office boxes."""
    spans = list(judged("address", _BOX, text, lambda _match: True))
    text = blanked(text, spans)
    for anchor, pattern, judge in (
        (_KIND_OF_STREET, _STREET, _is_a_street),
        (_ANY_POSTCODE, _WITH_POSTCODE, _is_a_house),
        (_HOUSE, _IN_A_HOUSE, _is_a_house),
    ):
        if found := list(_before(anchor, pattern, text, judge)):
            spans += found
            text = blanked(text, found)
    return iter(sorted(spans, key=lambda span: span.start))


def _before(
    anchor: re.Pattern[str], pattern: re.Pattern[str], text: str, judge: Callable[[re.Match[str]], bool]
) -> Iterator[Span]:
    """Yield the matches of a dear pattern, which is only tried, once, at the words that stand shortly before its cheap anchor."""
    done = 0
    for sign in anchor.finditer(text):
        for word in _WORD_START.finditer(text, max(done, sign.start() - _REACH), max(done, sign.end())):
            at = word.start()
            if at >= done and (match := pattern.match(text, at)) and judge(match):
                start = _left_of(match, done) if pattern is _STREET else match.start()
                yield Span("address", start, match.end())
                done = match.end()
        done = max(done, sign.start())


def _left_of(match: re.Match[str], done: int) -> int:
    """Where the flat or the house begins that is written before a street's number."""
    if match.start() == done:
        return match.start()
    if part := _PART_BEFORE.search(match.string, max(done, match.start() - 12), match.start()):
        return part.start()
    left = _LEFT.search(match.string[max(done, match.start() - _REACH) : match.start()])
    return match.start() - len(left.group()) if left else match.start()


def _is_a_street(match: re.Match[str]) -> bool:
    """A kind of street that is a common word too wants a town, a postcode, or a word before it that announces an address."""
    if _PART_AND_COMMA.match(match.group()) and _PART_BEFORE.search(match.string, max(0, match.start() - 12), match.start()):
        return False
    name = match["names"] or match["titles"] or match["weak"] or match["small"] or ""
    if _NOT_A_NAME.search(name.partition(" of the ")[0]) or (match["names"] and re.match("the ", name, re.IGNORECASE)):
        return False
    if match["weak"] or match["small"]:
        more = re.search("[0-9]", match["tail"]) or (match["weak"] and "," in match["tail"])
        return bool(more or _CUE.search(match.string, max(0, match.start() - 40), match.start()))
    return True


def _is_a_house(match: re.Match[str]) -> bool:
    return not _NOT_A_HOUSE.search(match.group())
