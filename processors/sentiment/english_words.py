"""Which of VADER's words are judgements when they are said to a service, what those it lacks weigh, and how one word is
written in several ways.

VADER was made for social media: most of its words (kill, lost, free, share, party) are what a turn is about when it is
said to a service, so that only the families below keep their feeling.
"""

# fmt: off
FAMILIES = """
admir ador amaz anger angri angry anguish annoy appal arrogan asham astonish attractiv awesom awful bastard beaut beloved
best betray better bitch bless bliss bothersome breathtaking brilliant bull captivat careless chaos charming cheat cheerful
clueless comfort considerate contempt courteous crap cruel deceit deceiv decept delect delicious delight depress devastat
disappoint disaster disastrous disgrac disgust dishearten dishonest dismal displeas disrespect dissatisf distress dread dumb
ecsta elegan embarrass enchant enjoy enrag euphor evil exasperat excellen excit exhilarat fab fantastic farce fascinat
faultless fav fiasco flawless fond fool friendliest fubar fuck fum furious fury generous glad glorious godsend goodness
gorgeous grateful gratif great greed gross happi hate hatred heartbreak heartless heavenly hell hooray horrend horrib horrid
horrif hurray hypocri idiot imbecile impatien impressed impressiv inadequa incompeten inconsiderate infuriat insan insult
irate irresponsib irritat jackass jerk joy jubilant kindness kudos liar lied lifesaver lousy lovab love lovi ludicrous lying
mad magnific marvel masterpiece mess miserabl mislead moron nast neat neglect nice nifty nonsense notorious obnoxious
offended outrag outstanding overjoy panic paradise pathetic perfect piss pleas poor praise pukka rage ridicul rotten rude
sad scam screwed shame shit shock sicken sneaky splend stink stun stupid suck super supreme sux swindl terribl terrific
thief thiev thoughtful thoughtless thrill tragic trustworth ugh ugly unacceptable unappreciat unfair unfriendly unhapp
unimpressed unpleasant unprofessional unsatisf upset useless vile wank warmhearted wast wicked wonder worse worst worthless
worthwhile wow wtf yay yuck yum
"""
"""Beginnings of the words of VADER that judge; `NOT_OF_THEM` names words that only begin alike."""
NOT_OF_THEM = """
admiral admirals amazon amazons beautician beauticians beauty cheers comforter comforters depression depressor depressurize
depressurized dreadlocks dreadnought dumbbell dumbbells dumbwaiter dumbwaiters evildoer evildoers favor favored favoring
favors favour favoured favouring favours foolproof greater gross grossed grosses grossing insanity joyride joyrides joystick
joysticks kindnesses lied lover lovers madness magnification magnifications magnify nasturtium neaten neatly niceties nicety
panic panicked panics perfecter perfecting perfection perfectionist perfects please pleaser praiseworthy rage raged rages
sadden screwed shameless shocker shockproof shocks stunned sucker suckers super superior superiority thriller thrillers
wonderfulness
"""
SERVICE: dict[str, float] = {
    "good": 1.9, "better": 1.2, "best": 2.6, "nice": 1.8, "great": 2.8, "happy": 2.7, "bad": -2.2, "ridiculous": -2.6,
    "unacceptable": -2.8, "scam": -3.2, "scammers": -3.2, "scammer": -3.2, "scammed": -3.0, "rude": -2.6, "useless": -2.6,
    "worst": -3.2, "worse": -2.2, "disappointed": -2.4, "disappointing": -2.4, "disappointment": -2.6, "frustrating": -2.6,
    "frustrated": -2.6, "frustration": -1.6, "terrible": -3.0, "ignored": -2.2, "overcharged": -1.4, "awesome": 3.0,
    "appreciate": 0.4, "appreciated": 0.2, "polite": 2.0, "helpful": 2.2, "unhelpful": -2.4, "joke": -2.2, "garbage": -3.0,
    "rubbish": -2.8, "trash": -2.6, "junk": -2.6, "pathetic": -2.8, "disgusting": -3.0, "disgrace": -3.0, "appalling": -3.0,
    "atrocious": -3.0, "abysmal": -3.0, "dreadful": -2.8, "shoddy": -2.4, "shambles": -2.8, "incompetent": -2.8,
    "incompetence": -2.8, "unprofessional": -2.6, "misleading": -2.2, "dishonest": -2.8, "liars": -3.2, "crap": -2.6,
    "crappy": -2.6, "nightmare": -2.8, "annoying": -2.0, "annoyed": -2.4, "annoys": -2.2, "infuriating": -2.8, "poor": -2.2,
    "poorly": -2.0, "lousy": -2.4, "mediocre": -1.8, "subpar": -2.0, "underwhelming": -2.0, "underwhelmed": -2.0,
    "overrated": -1.8, "flimsy": -1.6, "clunky": -1.6, "buggy": -1.6, "glitchy": -1.4, "tinny": -1.4, "unreliable": -2.2,
    "inexcusable": -3.0, "absurd": -2.4, "outrageous": -2.8, "insulting": -2.6, "insulted": -2.4, "condescending": -2.6,
    "dismissive": -2.2, "patronising": -2.4, "patronizing": -2.4, "arrogant": -2.6, "sloppy": -2.0, "careless": -2.2,
    "clowns": -2.8, "crooks": -3.2, "thief": -2.8, "robbery": -2.6, "cheated": -2.6, "duped": -2.4, "misled": -2.4,
    "regret": -2.2, "hate": -2.7, "deceptive": -2.4, "clueless": -2.4, "inept": -2.6, "excellent": 3.0, "brilliant": 2.6,
    "amazing": 2.8, "perfect": 2.6, "perfectly": 2.0, "love": 2.6, "loved": 2.6, "loves": 2.5, "delighted": 2.8,
    "impressed": 2.4, "unimpressed": -2.2, "pleased": 2.2, "thrilled": 2.8, "superb": 3.0, "stellar": 2.6, "spotless": 2.2,
    "flawless": 2.8, "flawlessly": 2.8, "comfy": 2.0, "comfortable": 1.8, "courteous": 2.2, "knowledgeable": 2.0,
    "attentive": 2.0, "seamless": 2.2, "painless": 2.0, "effortless": 2.0, "hassle-free": 2.0, "sturdy": 1.8, "gem": 2.2,
    "lifesaver": 2.8, "phenomenal": 3.0, "exceptional": 2.8, "incredible": 2.4, "outstanding": 3.0, "top-notch": 2.8,
    "friendly": 2.0, "unfriendly": -2.2, "refreshingly": 2.0, "chuffed": 2.6, "stoked": 2.4, "fab": 2.4, "yummy": 2.4,
    "delicious": 2.6, "cosy": 1.6, "stylish": 1.8, "satisfied": 2.0, "unsatisfied": -2.2, "dissatisfied": -2.4,
    "unhappy": -2.2, "livid": -3.0, "furious": -3.0, "fuming": -2.8, "angry": -2.4, "stupid": -2.4, "idiots": -3.0,
    "idiot": -3.0, "morons": -3.0, "sucks": -2.4, "suck": -2.0, "ugh": -1.8, "wtf": -2.4, "bullshit": -3.0, "bs": -2.0,
    "shameful": -2.8, "shame": -1.4, "insane": -1.6, "unfair": -1.8, "waste": -1.2, "wasted": -1.6, "mess": -2.0,
    "sad": -1.4, "disaster": -2.8, "fiasco": -2.8, "farce": -2.8, "hopeless": -2.4, "unusable": -2.2, "unwearable": -2.0,
    "inedible": -2.2, "hideous": -2.2, "ugly": -1.8, "dodgy": -1.6, "greedy": -2.4, "lazy": -2.0, "fun": 1.6, "smooth": 1.4,
    "smoother": 1.6, "speedy": 1.6, "promptly": 1.2, "adorable": 2.4, "classy": 1.8, "incompatible": 0.0, "weak": -0.6,
    "glad": 1.6, "joy": 2.2, "wow": 1.6, "cool": 0.4, "enjoyed": 1.8, "enjoying": 2.0, "favourite": 1.4, "favorite": 1.4,
    "godsend": 2.8, "treasure": 1.6, "bargain": 1.6, "crisp": 1.4, "ace": 1.8, "underperforms": -1.8, "sleek": 1.6,
    "lovely": 2.4, "decent": 1.4, "impolite": -2.2, "brainless": -2.4, "ghastly": -2.6, "diabolical": -2.8, "woeful": -2.6,
    "dire": -2.2, "laughable": -2.4, "inconsiderate": -2.2, "spotty": -1.2, "marvellous": 2.8, "charming": 2.0,
    "immaculate": 2.6, "responsive": 1.8, "breeze": 1.8, "yuck": -2.2, "confusing": -1.3, "inconvenient": -1.4,
    "uncomfortable": -1.6, "unstable": -1.2, "exhausting": -1.8, "tiresome": -1.8, "scratchy": -1.2, "neat": 1.2,
    "letdown": -2.2, "overhyped": -2.0, "amateurish": -2.0, "liar": -3.0, "damn": -1.2, "bloody": -1.2, "terribly": -2.0,
    "awfully": -1.6, "wonderfully": 2.2, "beautifully": 2.4, "obnoxious": -2.6, "soulless": -1.8, "comfort": 0.8,
    "unimpressive": -2.0, "worthless": -2.6, "unbearable": -2.4, "maddening": -2.6,
}
"""What these weigh instead, on VADER's scale of -4 … 4."""

_NOT = ["is", "are", "was", "were", "do", "does", "did", "have", "has", "had", "would", "could", "should", "need", "must"]
_FULL = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_CONTRACTED = [
    "i'm", "you're", "we're", "they're", "i've", "you've", "we've", "they've", "i'll", "you'll", "we'll", "they'll",
    "he'll", "she'll", "it'll", "i'd", "you'd", "we'd", "they'd", "he'd", "she'd", "it'd", "who've", "that'll",
]
_WHAT_IS = ["it", "that", "he", "she", "what", "there", "here", "who", "where", "how", "when", "this", "everything"]
SPELLED: dict[str, str] = {
    **{f"{word}n't": f"{word} not" for word in _NOT},
    **{f"{word}nt": f"{word} not" for word in _NOT},
    **{word: f"{word.split(chr(39))[0]} {_FULL[word.split(chr(39))[1]]}" for word in _CONTRACTED},
    **{f"{word}'s": f"{word} is" for word in _WHAT_IS},
    "can't": "can not", "cant": "can not", "cannot": "can not", "won't": "will not", "wont": "will not", "ain't": "is not",
    "im": "i am", "ive": "i have", "youre": "you are", "theyre": "they are", "whats": "what is", "thats": "that is",
    "dont": "do not", "didnt": "did not", "gonna": "going to", "wanna": "want to", "gotta": "got to", "u": "you",
    "ur": "your", "pls": "please", "plz": "please", "thx": "thanks", "thanx": "thanks", "ty": "thank you",
    "tysm": "thank you so much", "noone": "nobody", "any1": "anyone", "cuz": "because", "whilst": "while",
    "apologize": "apologise", "gr8": "great", "3q": "thanks",
}
"""One spelling for what is written in several: contractions in full, common short forms in words."""
# fmt: on
