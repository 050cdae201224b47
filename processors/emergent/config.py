"""Every number of the emergent model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EmergentConfig:
    """All that decides what is told; each number with its unit and reason. A snapshot belongs to the numbers it was made with."""

    windows: tuple[int, ...] = (5, 15, 60)
    """Minutes, ascending: for what breaks out at once among words that are said anyway, for a topic of two messages a minute,
    and for what grows slowly. Tokens of messages are kept for the longest."""
    least_said: tuple[int, ...] = (2, 2, 3)
    """Conversations within each window from which a phrase may take part in a topic: two in an hour are too common to be kin."""
    slot_bits: int = 20
    """2^bits counters of pairs and half of that for words, 20 bytes each: 31 MB. Two days of a busy desk say some hundred
    thousand different pairs; with 2^18 every second new pair falls on an old one and seems known."""
    reach: int = 3
    """Tokens so many places apart make a pair: word order differs from customer to customer. 5 found nothing more, and costs half
    as much again."""
    half_life_hours: float = 72.0
    """Of history: a weekly habit is still known after a week (a fifth of it is left), a season's is not."""
    warm_up_minutes: int = 1440
    """Of history before anything is told: by then every hour of the day has been seen."""
    prior_count: float = 0.5
    """Mentions that any phrase is believed to have had (Jeffreys' prior for a rate)."""
    company_evidence: float = 50.0
    """Messages with words in unheard company, of which a word's part is believed to be its part of all messages."""
    company_prior: float = 2.0
    """How sure that belief is, in mentions: the part may be wrong by a factor of two either way."""
    prior_spread: float = 0.12
    """Variance of an hour's rate over its squared mean, for phrases too rare to tell: a coefficient of variation of .35."""
    spread_evidence: float = 20.0
    """Mentions after which half of a phrase's spread is its own."""
    hot_score: float = 2.5
    """-log10 of the chance from which a phrase may take part in a topic."""
    threshold: float = 7.0
    """-log10 of the chance from which a topic is told: some million phrases are tested a day, many of them kin; ..."""
    busy: float = 6000.0
    """... messages of the last hour from which on more are, in proportion, and the threshold rises by their log10."""
    pooling_cost: float = 1.3
    """Taken off for every phrase beyond the first: each was chosen among about twenty."""
    min_conversations: int = 4
    """Fewer are a coincidence that nobody needs to hear of."""
    min_excess: float = 3.0
    """Conversations above expectation."""
    min_ratio: float = 5.0
    """Times as often as history lets expect; 3 gave false alerts daily at 300 messages a minute."""
    kinship: float = 0.25
    """Part of the smaller of two sets of conversations that they must share to be one topic."""
    join: float = 0.5
    """Part of a burst's conversations that a live topic must hold already for it to be more of the same; ..."""
    join_alike: float = 0.3
    alike: float = 0.1
    """... or this part, if the cosine of their words is so much: a broad topic holds by chance what is none of its own."""
    likeness: float = 0.35
    """Cosine of two topics' words from which they are the same."""
    relearn: float = 1.25
    """Growth of a topic after which what it is known by is learned anew."""
    max_members: int = 1000
    """Messages of a topic that are remembered, the newest."""
    member_evidence: float = 6.0
    """Log odds (nats) from which a new message says the same as a topic: about one wrong in 400 at one topical in thirty."""
    quiet_minutes: int = 30
    """Without a new message a topic is closed."""
    cool_down_minutes: int = 1440
    """So long after its last message a topic that returns is not told again."""
    max_topics: int = 64
    """Remembered at a time, the longest quiet is forgotten first."""
    max_messages: int = 1024
    """Of one minute that are looked at; of more, those of the conversations with the smallest hashes, so that shares stay
    right."""
    max_hot: int = 256
    """Phrases weighed at a time, the most surprising first."""
