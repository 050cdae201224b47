import pytest

from processors.latin import is_english


@pytest.mark.parametrize(
    "text",
    [
        "how do i set the time",
        "ok",
        "refund",
        "battery dead",
        "can you help me",
        "cafe naïve touch screen",
        "w 0 pro max",
        "long song",
        "the café is naïve but fine",
        "sorry can t pair",
        "hi",
        "no sound",
        "me too",
        "i want a men fan",
        "du hast recht was my order note",
    ],
)
def test_english_and_what_is_too_short_to_tell(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "hola donde está mi pedido",
        "quiero devolver el reloj",
        "bonjour où est ma commande",
        "je ne peux pas régler la montre",
        "wo ist meine bestellung",
        "ich möchte die uhr zurückgeben",
        "gracias",
        "danke",
        "wo xiang tui huo",
        "ni hao zhe ge biao huai le",
        "olá onde está meu relógio",
        "bagaimana saya mengatur jam ini",
        "tôi không nhận được đơn hàng",
        "dove è il mio ordine",
    ],
)
def test_other_languages(text: str) -> None:
    assert not is_english(text)


def test_a_megabyte_is_no_trouble() -> None:
    assert is_english("a" * 1_000_000)
    assert is_english("the " * 250_000)
    assert not is_english("xiang " * 170_000)
