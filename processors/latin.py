"""Whether a text in Latin letters is English, by its commonest words."""

from processors.expressions import lazy


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


_ENGLISH = _words(
    "the is are was were am be been i you he she it we they my your his her its our their this that these those a an and or but",
    "if of to for with from at by on in out up how what when where why who which not no yes do does did don t can could would",
    "should will have has had get got please thanks thank hello hi ok okay need want order refund return help work working",
    "works broken watch delivery time there here just still any some all more very too so me him them us",
)
_OTHERS = _words(
    "el los las una unos es está estoy muy por para sin pero porque como cuando donde qué quiero puedo tengo hola gracias",
    "favor tu del se que ya más reloj pedido devolver dinero buenos buenas días señor ayuda necesito comprar",
    "les est sont je vous nous il elle ils pas ne qui pour avec sans mais dans sur mon ma mes votre",
    "bonjour merci salut commande montre ça où et comment pourquoi qu au aux",
    "der das den dem ein eine einen einem ist sind ich er wir ihr nicht kein keine und oder aber mit ohne für auf",
    "von zu bei nach aus wie wann warum bitte danke hallo guten bestellung uhr meine mein ihre habe möchte kann wurde",
    "os uma é são não eu você ele ela meu minha com sem quando onde obrigado obrigada olá relógio",
    "gli uno è sono che di senza perché dove ciao grazie mio mia ordine orologio buongiorno",
    "ik jij het een niet maar voor met zonder hoe wat waar waarom bedankt mijn horloge",
    "saya anda tidak ini itu dan yang untuk dengan bagaimana kapan terima kasih pesanan tolong",
    "tôi bạn không và của cho là được cảm ơn bir ve bu için değil nasıl teşekkürler merhaba jest nie się jak dziękuję",
)
_ACCENTED = lazy("[ß-öø-ɏ\u1e00-\u1eff]")
_PINYIN = lazy(
    r"(?>(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|van|ai|ei|ao|ou|an|en|in|un|vn|ia|ie|iu|ua|ui|uo|ue|ve|er"
    r"|a|o|e|i|u|v))"
)
_CHINESE_ONLY = lazy(r"(?:zh|x(?!-)|q(?!u[aeio]))[aeiou]|^(?:wo|ni|de|ma|shi|bu|le|hao|yao|mai|huo|kuai|biao|dian|mei|you|nin)$")
_LOOKED_AT = 60
"""So many words are looked at: enough to tell, and a long text costs no more."""


def is_english(matching: str) -> bool:
    """Say whether a normalised text in Latin letters is English; one that shows no sign of another language is.

    Signs: commonest words of other languages, accents in several words, and at least three words in a row that are all
    syllables of pinyin and not all English.
    """
    words = matching.split(" ", _LOOKED_AT)[:_LOOKED_AT]
    foreign = 0 if _OTHERS.isdisjoint(words) else sum(map(_OTHERS.__contains__, words))
    if not matching.isascii():
        accented = sum(bool(_ACCENTED.search(word)) for word in words if word not in _OTHERS)
        if foreign or accented * 2 >= len(words):  # "café" and "naïve" alone are English
            foreign += accented
    if foreign > 0 and foreign > sum(map(_ENGLISH.__contains__, words)):
        return False
    return not _is_pinyin([word for word in words if word != "0"])


def _is_pinyin(words: list[str]) -> bool:
    if len(words) < 3 or not all(map(_PINYIN.fullmatch, words)):
        return False
    if sum(map(_ENGLISH.__contains__, words)) * 2 >= len(words):
        return False
    return sum(bool(_CHINESE_ONLY.search(word)) for word in words) * 3 >= len(words)
