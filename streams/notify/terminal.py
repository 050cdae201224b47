"""The card on a terminal, drawn with rich."""

from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel

from processors.card import Card


class TerminalNotifier:
    """Prints a card when an episode opens; updates go to its file only."""

    def __init__(self, console: Console, place: str = "") -> None:
        self._console, self._place = console, place

    def notify(self, card: Card, body: str) -> None:
        """Print the card of an opening."""
        if card.transition.transition == "opened":
            draw(self._console, body, self._place)


def draw(console: Console, body: str, place: str = "") -> None:
    """A card in a frame. Its text is Markdown whose customers' words are escaped, so nothing in it can be markup. `place`: what
    its commands need to ask this installation (a card is for everybody, and names none)."""
    console.print(Panel(Markdown(body, hyperlinks=False), title="spike", border_style="red", width=min(console.width, 110)))
    if place:
        console.print(f"its commands need{place} to ask this installation")
