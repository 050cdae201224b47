"""How English customers complain of a service, as data: word sequences by what they mean.

Written as `english_phrases` says.
"""

from typing import NamedTuple

from processors.sentiment.terms import Tells

# fmt: off


class Phrases(NamedTuple):
    """Phrases of one meaning; whichever of them stand in a sentence, the meaning counts once."""

    weight: float
    """Below 0 is a complaint."""
    tells: Tells
    plain: bool
    """Loses most of its weight where its sentence asks or supposes; others are complaints in any form."""
    lines: str


_DO_BE = "(is|are|was|were|do|does|did|will|would|can|could|has|have)"
_MANY = "(#|two|three|four|five|six|seven|eight|nine|ten|several|many|so many|multiple|countless|a dozen|2|3|4|5|6|7|8|9|10)"
_NTH = "(second|third|fourth|fifth|sixth|tenth|umpteenth|nth|hundredth|2nd|3rd|4th|5th|6th)"

PHRASES: tuple[Phrases, ...] = (
    Phrases(-1.6, Tells.EFFORT, True, """
    still (not|no|waiting|missing|nothing|nowhere|unresolved|unanswered|unpaid|broken|the same problem|the same issue) /
    (is|are|has|have|does|do|did|can|will|was|were) still not / still (has|have|can|is|are|does|do|did|will) not / yet to
    (receive|hear|see) / nothing (has|had|have) (changed|happened|improved|been done) / no progress / no end in sight
"""),
    Phrases(-2.2, Tells.DISAPPOINTMENT, True, """
    not (at all |)(very |really |too |exactly |)(happy|satisfied|pleased|impressed|amused|thrilled|helpful|acceptable|
    fair| good enough|great|professional|normal|right that) / not ok / (very|exact|exactly the) same (defect|problem|
    fault|issue|thing|error|mistake) / (i|we) would not (buy|order|use|purchase|get|choose|shop) * (again|anymore) / (do|
    does|did|can|could|will|would|have|has) not even (answer|reply|work|read|care|bother|know|try|listen|respond|tell|
    open|ship|say|look|call|offer|turn|load|start|have|check|apologise|get|bothered|had|send|let|last|fit|come|give|pick|
    understand) / constantly / (so|too|painfully|incredibly|extremely|very|really|terribly|awfully|unbelievably|
    ridiculously) (slow|late|complicated|confusing|difficult|uncomfortable|inconvenient|noisy|unreliable|unstable|laggy|
    buggy|clumsy|awkward) / (such|what|so much|too much|nothing but|quite|a real|a huge) (a |)(pain|hassle|headache|
    struggle|nightmare|ordeal|stress) / after all (this|these|that|the) (time|money|years|waiting|calls|trouble|emails|
    effort) / (i|we) (want|expect|deserve|demand|am owed|am still owed) (an |a |some |)(apology|explanation|compensation|
    answers) / (you|they) (have |)(messed|screwed|botched|mucked|cocked|fouled) (up|it|this|my|everything) / not (a fan|
    good enough|up to (scratch|standard|par)|the best|good for|great) / (has|have) no idea what (you|they|he|she|it) / no
    good / (total|complete|utter|absolute|absolutely a|huge| big|massive|epic|real|such a|bit of a|major) (failure|waste|
    joke|letdown|let down|disaster|rip off|mess|nonsense| disappointment|shambles|fail|scam|con|flop|dud|garbage|rubbish|
    pain|hassle|headache|embarrassment) / (did|do|does|has| have|will|not|never|failed to|fails to) (not |)(live|lived) up
    to / lived up to none / (overhyped|overpriced| overrated|nonexistent|unusable|unwearable|worthless) / non existent /
    not fit for (purpose|use) / (want|going|wanted| ready|tempted|about) to (throw|smash|bin|scream|cry|chuck) / (throw|
    threw|throwing|chuck|chucked) (it|this|them|that) (out|away|in|against|through) / (straight|ended up|belongs|went|
    goes|going) (in|into|to|for) the (bin|trash|rubbish| garbage|landfill) / could not be (worse|less (helpful|
    interested)|more (disappointed|unhappy|annoyed|frustrated)) / far from (happy|good|impressed|ideal|perfect|satisfied|
    acceptable|what) / less than (impressed|happy|ideal|helpful| pleased|satisfied) / nowhere near (good|as good|
    acceptable|ready|what) / not as (good|advertised|described|promised| pictured|nice|expected) / no better than / not
    (any |much |one bit |)better / as bad as / just as bad / (feel|feels| felt) like (a scam|a downgrade|a beta|nobody|no
    one|you do not|an afterthought|i am talking) / do not (know what (you| they) are|understand (the|a) |listen|give a
    (damn|shit|toss|hoot|fuck|monkeys)) / give a (damn|shit|toss|hoot) / not (listening|reading|helping|helpful|even
    trying|bothered|interested in helping|taking me seriously) / (no|zero|not a| without a) (clue|manners|respect|empathy|
    common sense|accountability|shame|integrity|professionalism|courtesy|quality control|sense of|remorse|care|interest
    in) / clueless / learn (some|basic) / lack of (respect|care|communication| professionalism|support|help|empathy|
    urgency|information|interest|training|quality|effort) / (refuse|refused|refuses| refusing) to * (help|refund|listen|
    let|replace|give|accept|honor|honour|acknowledge|speak|do|pay|take|answer|fix| repair|exchange|cancel|admit) / left
    (me|us) (with nothing|stranded|waiting|hanging|in the dark|without|out of pocket| high and dry) / out of pocket / in
    the dark / at a loss / nowhere to be (seen|found) / (hear|heard|hearing|got|get) (absolutely |)(nothing|crickets|
    silence) / no (luck|joy|avail|use) / to no avail / (neither|none) * (could|can|knew| knows|helped|works|worked|work|
    has|fixed|showed|managed) / (could|can|did|does|do) not (even |)(help|solve|answer| tell) (me|us|my|it|a simple|the
    simplest|any|basic) / nothing works / nothing (ever |)(gets|has been|was) (done|fixed| solved|resolved) / can not
    (get|reach|find|speak|talk) (hold of |through to |to |)(anyone|anybody|a human|a person|a real|you) / impossible to
    (reach|contact|get|cancel|use|talk|speak|find) / makes it (slower|worse) / slower than / (slowest|flimsiest|weakest|
    ugliest|noisiest|laziest|rudest|poorest|dumbest|stupidest) / (do|does|did|is|was|are) * more harm / useless advice /
    beyond useless / (bloody|flipping|fucking|damn|freaking) (useless|joke|ridiculous|awful| terrible|thing|phone|app|
    service|annoying|bot|machine) / given up / give up on / i give up / gave up (on|trying| waiting|after) / wasting away
    / (gives|gave|giving) me (a |)(headache|nightmares|the creeps|a rash|anxiety) / smells (horrible|awful|bad|terrible|
    like) / (hurts|hurt) my / (really|so|very|just|truly|extremely|quite|pretty|incredibly| absolutely) (bad|poor|sad|
    annoying|disappointing|frustrating|rude|slow|unhelpful|upsetting|unfair|unprofessional| embarrassing|confusing|
    inconvenient|stressful|let down|fed up|cheap) / (confusing|confused) mess / more trouble than / not (what|as|how) *
    (advertised|promised|described|pictured|expected) / should not (have to|be this|take this|take so| happen|cost) / this
    should (not|never) (be|have|happen|take) / why should i (have to|pay|wait|be) / (i|we) deserve / (it|that|this) is
    (not right|wrong on|a disgrace|not on|a shame|a mess|not good|not fair|not normal|no way) / no way to (treat|run) /
    not how you treat / call(ed|ing|s) me a / not okay / not cool / not the (quality|service|experience) i / not what (i|
    we) (paid|ordered|expected|signed up|was promised|were promised) (for|) / not worth (my|the) (time| effort|hassle|
    trouble) / not impressed / never been so (angry|disappointed|frustrated|upset) / expected (much |far |a lot |so much |
    )(better|more) (from|of|at|for (the|this|that|what)|given|after|than this) / deserve better / should be ashamed /
    leaves a lot to be desired / could be (much |a lot |far |)better / nothing like the (picture|pictures|photo| photos|
    description|advert|ad|one) / fall(s|) short / fell short / below (my |our |)expectations / let (me|us) down / let down
    by / a (real |complete |)letdown / gone downhill / going downhill / went downhill / out of order behaviour / do not
    (appreciate|buy (this|it|from)|waste your| bother|trust (this|them|you|these)) / did not appreciate / can not
    recommend / would not recommend / will not recommend / would not wish / stay away / steer clear / avoid (this|at all|
    them|like) / do yourself a favour / buyer beware / lost (all |)(faith|trust| confidence) / lost my trust / no longer
    trust / makes me (sick|angry|mad|so angry|so mad) / drives me (mad|crazy|nuts|insane) / driving me (mad|crazy|nuts|
    insane|up the wall) / losing my (mind|patience|temper) / (so|too|very|really|more) (hard|difficult) than it should /
    have had enough / had it with / i have had it / had enough / beyond (a joke|belief|frustrated|frustrating|me) / wish i
    (had|would have) (never|not|bought|gone|read|listened|kept) / wish i had not / should have (gone with|stuck with|
    listened|known better|bought) / piece of (junk|crap|trash|garbage|rubbish|plastic|work) / a lemon / hit and miss /
    falls apart / falling apart / fell apart / fell to pieces / worse than (before|ever|the old|my old) / even worse /
    getting worse / got worse / from bad to worse / sick (and tired |)(of|to death of) / fed up / tired of / bored of /
    can not stand / can not bear / can not take (this|it) / can not believe (this|that|how|you|it|i am|they) / do not care
    about (your |)(customers|us|me|people) / do not care / could not care less / could not be bothered / can not be
    bothered / unhappy (with|about) / not even close / doing my head in
"""),
    Phrases(-2.4, Tells.ANGER, False, """
    zero stars / 0 stars / no stars / negative stars / 1 out of 10 / zero out of ten / 0 out of 10 / shame on / how dare /
    what the (hell|heck|fuck|f|actual) / why (on earth|the hell|the heck|the fuck|in the world) / are you (kidding|joking|
    serious|deaf|blind|stupid|having a laugh|out of your mind|even (reading|listening|trying|real|human|a real)) / you
    (kidding|joking) me / is this a joke / is this some kind of / do you even / do you (people|guys|lot) (even|ever|
    actually|not|think| know|care) / you people / you lot / you clowns / (you|they|you guys|your (driver|courier|staff|
    team|agent|agents|company|people|support|system|technician|app|colleague|website|bot)|the (driver|courier|agent|
    seller|technician|company|shop|support|staff|operator|man|lady|guy|woman)) (never (answer|reply|respond|call|listen|
    help|told|came|showed|called|delivered|learn|read|pick|fix|send|sent|replied|responded|answered)|always (late|lie|
    cancel|forget|fail|change)|keep (lying|ignoring|changing|cancelling|promising|making|charging|sending|saying|telling|
    giving|asking|losing)|keeps (lying|ignoring|changing|cancelling|promising|making|charging|sending|saying|telling|
    giving|asking|losing|hanging|crashing)|refused|refuse|refuses|ruined|cheated|stole|robbed|tricked|scammed|conned|
    ignored|abandoned|insulted|ghosted|does not (care|listen|know|understand|give)|do not (care|listen|know what|
    understand|give|deserve|respect|want to help)|could not care|did not (care|bother|listen|help|even|apologise)|was (so
    |very |really |extremely |)(rude|useless|unhelpful|aggressive|disrespectful|impatient|dismissive)) / bunch of (clowns|
    crooks|thieves|liars|idiots|amateurs|scammers| criminals|jokers|cowboys|muppets) / what (a|an) (joke|shame|disgrace|
    waste|mess|nightmare|farce|shambles|idiot|load of|bunch of|rip|piece of|terrible|awful|horrible| ridiculous|
    disappointment|con) / what is wrong with (you|these|this) / what is the matter with you / what kind of (service|
    company|support| business|shop|people|treatment) / who do you think / what am i paying / what do i pay / call (this|
    that|yourselves|yourself) (a|an|customer| service|support|help| quality) / call that (a|an|service) / (hung|hang|
    hanging|hangs) up on / put the phone down on / talk(ed|s|ing|) down to / spoken to like / spoke to me like / treated
    (so |)(badly|like|unfairly|poorly) / treat (me|us|people|customers| your customers) like / treats (its |)customers
    like / yelled at / shouted at / laughed at me / lied (to|about) / lying to / you lied / lies / full of lies / feel (so
    |)(cheated|scammed|robbed|ripped|let down|betrayed|insulted|ignored| disrespected|conned|duped|lied) / been (conned|
    scammed|robbed|had| cheated|duped|lied to|ripped off) / ripped off / ripping (me|us|people|customers) off / ripped me
    off / rip off / a con / daylight robbery / waste of (time|money| space|my|everyone|a|an|effort) / wasted (my|our|so
    much|hours|an|a|two|three|too much) / wasting (my|our|everyone) / money down the drain / hours of my life / is a
    (complete |total |absolute |big |)(joke|scam|fraud|rip off|disgrace| shambles|con|nightmare|mess|sham|failure) / give
    me (back |)my money / want my money / i want my (money|cash) / where is my money / took my money / taken my money /
    keep my money / stole my / stealing my / steal my / stop (sending| asking|giving|copy|copying|ignoring|lying|wasting|
    calling|spamming|charging|telling|making|messing|pretending|with the) (me|us|my|up|with|pasting|) / enough is enough /
    last straw / for the last time / how hard (can|is) (it| that) / how difficult (can|is) (it|that) / is it (so|that|
    really so) (hard|difficult) to / how (many|much) more times / no excuse / no excuses / all i get is / all you do is /
    get (on with it|your act together|it together|a grip|lost) / do your (job|jobs|work) / (swore|sworn|cursed|shouted|
    yelled|screamed|snapped|laughed|laughing|sneering|yelling|shouting|swearing|screaming|sneered|barked|lashed out) (at|
    me| his|her) / blame (the customer|me|us|everyone) / blaming (the customer|me|us|everyone) / typical / (pack|bunch|
    load| gang|lot) of (amateurs|liars|thieves|nonsense| lies|rubbish|crap|bs|bull|jokers|cowboys|crooks|idiots|scammers|
    garbage|excuses|hot air|bollocks) / like (a criminal| an idiot|garbage|trash|dirt|rubbish|a fool|a number|a child|i am
    (stupid|an idiot|the problem|invisible|a)|crap|shit|a nobody) / made a fool / making a fool / take(s|) me for (a|an) /
    what planet / con artist(s|) / (gave|give|given| giving) me attitude / (bad|terrible|awful|poor|horrible|shitty)
    attitude / passive aggressive / (insulted|mocked| belittled|humiliated|threatened|bullied|harassed) (me|my|us) / i
    (was|feel|felt|am|have been) (so |very |really | completely |totally |absolutely |)(insulted|mocked|belittled|
    humiliated|threatened|bullied|harassed|ignored| disgusted|appalled|cheated|furious|fuming|livid|outraged|disrespected|
    scammed|misled|tricked|fooled|stunned|shocked| gobsmacked|baffled at|mistreated) / good for nothing / makes no sense
    (at all|whatsoever) / false (promises| advertising|promise) / broken promise(s|) / bait and switch / ruined (my|our|
    the|his|her|everything|christmas) / because of (your|you) (late|mistake|error|incompetence|delay|stupid|failure|bad|
    poor|lousy|negligence) / your fault / how is (this|that) (even |)(acceptable|possible|fair|legal|ok|okay) / how can
    (you|this|anyone|that) (even |)(call|be (acceptable|so|this)|treat|sell|charge|do this|get away) / completely out of
    line / out of line / had the nerve / has the nerve / the audacity / the cheek / pure greed / cash grab / money grab /
    cried (because|on her|on his) / in tears / thrown over / threw (it|my) over / thrown (on|in|at|into|against) / dumped
    (it|my|on|in the)
"""),
    Phrases(-1.5, Tells.ANGER, False, """
    hurry up / (are|will|can|do) you * or not / do not have all day / have not got all day / do something / (answer|reply
    to|respond to) me / (are you|is someone|is somebody) (still |even |)there / without a (word|single word|reply|call) /
    cut me off / (can|could|will| would) (you|somebody|someone|anyone|anybody|they|it|this) * finally / finally (fix|
    answer|do|reply|respond|send|give| get|pick|refund|be fixed|be (sorted|resolved|done)) / need an answer (today|now|
    asap|immediately) / (i|we) (need|want| demand|expect) (a|an|my|some) (real |proper |straight |actual |clear |)(answer|
    answers|explanation|apology|solution| action|response|resolution) (now|today|and|not|immediately|from) / demand (an|a|
    my) / do not have (the |)time (for|to) / no time for this / have (better|other) things to do / i have a life / how
    long does it take (you|to (answer|reply| respond|fix|read|send a|refund|process a simple|solve|get an answer|get a)) /
    is it (really |)that (hard|difficult| complicated) / (human|person|refund|manager|answer|reply|money|someone) now /
    (asked|told|said| gave|given|sent| answered|explained|provided|mentioned|written|wrote|submitted) * (already|twice|
    before|enough times| several times| many times|a hundred times|earlier) / gave it to you / any (news|update|updates|
    progress|reply|answer) (at all|yet again|finally|or (not|what)) / (still|been) (waiting|nothing) / wake up / get a
    move on / stop messing / make up your mind / where the (hell|heck) / what is the (hold up|holdup|excuse) / what is
    taking / not next (week|month|year) / for how (much |)longer / how (can|is) it (still |take |taking ) / been waiting /
    keep(s|) (waiting|me waiting|us waiting| asking|telling|sending me|promising| saying|having to|getting the same) /
    kept (me|us) waiting / am i (still | )(waiting|being ignored|being) / why am i still / why do i (always |still |
    )(have|need) to (keep|call|explain|repeat| wait|chase) / why (is|does|do|has|have|are) (it|this|that|my|everything|
    you) (always|so| still|taking so|take so|taken so|taking forever|take forever|keep|keeps|never) / why (is|does|can)
    (nobody|not anyone) / why can (you|nobody) not / can nobody / can anyone (actually|even|here) / (is |)anyone (even |
    actually |)(there| home|listening|alive|reading) / anybody (even |)(there|home|listening) / hello is / hello hello /
    tak(es|ing|en|e) (so long|forever|ages|too long|way too long|an age|an eternity|far too long) / took (so long|forever|
    ages|too long|way too long|an eternity|far too long) / how much longer / how long (do|must|am|are|does one) (i|we)
    (have|supposed|need| expected|going|still|meant) / how many (times|more times|more weeks|more days|emails|calls) / how
    long (is it going to|will you keep|can it possibly| does it (really |possibly )take to) / when (will|are|is) (this|it|
    you|someone|anyone) (finally|ever|actually|going to finally) / just (answer|fix|do|give me|refund|get|sort) (the|it|
    your|my|me|on|a|this) / answer (my|the) (question| damn|questions) / already (told|said|explained|asked|sent|answered|
    gave) (you|that|this| it|them|all|so|my|the) / i told you / as i said / like i said / i said no / i am not going to
    (repeat|wait|ask) / running out of patience / patience is / at my wits end / run out of patience / for (ages|hours|
    weeks|months|days) / for ever / so long / too long / long enough / way overdue / long overdue / come on / read what i
    (write|wrote|said) / listen to me / pay attention / (it has|it is|has) been (#|over|almost|nearly|more than|two|three|
    four|five|six|seven| eight|nine|ten| several|a|2|3|4|5|6|7|8|9|10) * (hours|days|weeks|months|years|minutes) / it has
    been (an hour|hours| days|weeks| months|ages|forever|over|more than|a week|a month) / it is been (an hour|hours|days|
    weeks|months|over|a week|a month) / been (hours|days|weeks|months|ages) / a whole (week|month|day|hour|year|weekend|
    morning|afternoon) / my whole (weekend|day|evening|morning|afternoon|holiday) / an entire (week|month|day|weekend|
    morning|afternoon) / day after day / week after week / hour after hour / is nobody / are you going to do anything /
    anything at all about / do something about / sort it out / sort this out / fix this mess / nothing but (trouble|
    problems|excuses|issues|grief| lies) / (more|always|just|only|endless|same) excuses / (canned|scripted|automated|
    robotic|generic|copy pasted|copy paste| copied) (replies|reply|answer|answers|response| responses|message|messages|
    email|emails) / same (answer|reply| response|story|excuse|script|copy|lie|nonsense) (again| over|every|each|from|)
"""),
    Phrases(-1.9, Tells.EFFORT, True, f"""
    {_MANY} times ($|now|already|and|with|without|in|this|about|but|over|today) / (called|asked|told|tried|emailed|
    written|contacted|phoned|complained|reported|rang|explained|messaged|chased) (you |them |it |this |him |support |for |
    in |about |to |)(at least |over |about |like |more than |)(twice|{_MANY[1:-1]}|a dozen|again and again|repeatedly|
    countless|numerous|every day|every week) / {_NTH} time (i|we|this|you|that|it|they|my|the|in|now|around|asking|
    calling|contacting) / the {_NTH} (replacement|time|unit|repair|technician|call|email|complaint|attempt|agent|
    delivery|parcel) / is (my|the) {_NTH} (replacement|call|email|complaint|message|attempt|unit|request|time|one|repair)
    / (call|ask|explain|write|email|phone|complain|repeat|chase|contact) * {_MANY} times / again and again / over and over
    / (spent|wasted|spend|wasting|spending|took me|taken me|cost me) * (hours|hour| day| days|sunday|saturday|weekend|
    evening|afternoon|morning|night|weeks|week|lunch break|half a day) / (third|fourth| fifth|sixth|seventh|2nd|3rd|4th|
    5th|6th|umpteenth|nth) (week|month|day|repair|visit|engineer|attempt|email|call| ticket|replacement|unit|return|
    complaint|agent|device|one|technician|delivery) / (chased|chasing|fighting|fought| arguing|begging|struggling|
    battling) * for / (days|weeks|months|hours) (past|overdue|behind|of (waiting|silence| nothing|excuses|this|trying|
    calls|emails|back)) / (been|asking|trying|requesting|chasing|calling|waiting|waited| nothing|silence|stuck|offline|
    without|broken| down) * since (last|january|february|march|april|may|june|july|august| september|october|november|
    december|monday| tuesday|wednesday|thursday|friday|saturday|sunday|this morning|yesterday| 8|9|10|early|christmas|
    easter|summer|the (update|start)) / a (hundred|thousand|million|dozen|zillion) times / every (update|month|time|week|
    morning|night| attempt) (it|makes|breaks|the same|this|i|something|ends|fails|there) / same (fault|problem|issue|
    thing|error|mistake| story|old|rubbish|nonsense) (again|as|every|over|keeps|after|each|same|for| twice|happened|
    happens) / (keep|keeps|kept) (getting|being|having|breaking|happening|failing|going|crashing|changing| sending|coming|
    telling|cancelling|bouncing| passing|charging|losing|saying|ignoring|hanging|cutting|transferring| closing|asking|on)
    / time and (time |)again / every (single |)time / each (and every |)time i / (called|asked|emailed| written|wrote)
    (again and|over and) / (passed| transferred|sent|bounced|pushed|shoved|shunted|handed) (around|from (one|person|
    department|pillar)|back and forth| between|to {_MANY}) / (round|around) in circles / runaround / the runaround / the
    run around / back to square one / from scratch / (repeat|repeating|explain|explaining) (myself| everything|it all|the
    same|the whole|my problem) (again| to|over|every|thing|from|) / chasing (you|this|up|them|for) / chase (you|this|them)
    / after {_MANY} (calls|emails| messages|complaints|weeks|months|chats|phone calls|agents) / {_MANY} (calls|emails|
    messages|agents|technicians|chats| phone calls|people|tickets|departments) (later|and|but|no| not|none|so far|already)
    / yet another / another (delay| excuse|week|broken|faulty|problem|error|month|day wasted| hour|fault|outage|failed|
    cancellation|apology)
"""),
    Phrases(-1.7, Tells.DISAPPOINTMENT, False, """
    nobody (ever |even |there |here |at all |in your company |)(can|could|will|would|has|is|answers|answered|responds|
    responded|helps|helped|calls|called|replies|replied|cares|care|seems|showed|came|comes|picks|picked|wants|knows|
    bothers|bothered|brought|told|listens|took|does|did|turned|fixes|reads|gets|got) / no one (ever |even |there |here |
    )(can|could|will|would|has|is|answers|answered|responds|responded|helps|helped|calls|called|replies|replied|cares|
    seems|showed|came|comes|picks|picked|wants|knows|bothers|bothered|brought|told|listens|took|does|did|turned|fixes|
    reads|gets|got) / none of you / no (response|reply|answer|communication|help|support|explanation|apology|word) (from|
    whatsoever|at all|yet|since|so far|to|for|again|and|or) / (get|got|getting|had|have had|received|have|there was|there
    is) (absolutely |)(no|zero) (response|reply|answer|update|help|explanation|apology|support|notification|warning) / not
    (one|a single|even a|even one|even an) (reply|answer|response|email|word|call|apology|person|update|sorry|explanation)
    / (no|not|never) (one |)(called|calls|call|got|get|gets|phoned|wrote|came|come) back to me / never (got|get|heard|
    hear|called|calls|replied|responded|answered|answer|reply|showed up|turned up|called back|returned my) (back|anything|
    a reply|from|an answer|up|me|my|) / (ignoring|ignored|ignores|ignore) (me|my|us|all|every|our|customers) / radio
    silence / deaf ears / fobbed off / brushed off / like (talking to|speaking to|pulling) (a|teeth) / no sense of urgency
"""),
    Phrases(-1.5, Tells.DISAPPOINTMENT, True, """
    (you|they|he|she|it|agent|company|courier|seller|store|shop) (had |have |)(promised|guaranteed|swore|assured) / was
    (promised|told|guaranteed|assured) / were (promised|told|guaranteed|assured) / broke(n|) (your|their) (promise|word) /
    (paid|paying) (extra|for express|for next day|for premium|for priority|good money|full price|a fortune|so much|
    through) / supposed to (be here|arrive|have arrived|be delivered|have been|last|be waterproof|be new) / was supposed
    to / were supposed to / should have (arrived|been (here|delivered|done|fixed|resolved|told|informed|refunded|shipped)|
    come|received|worked|gotten|happened) / left (it|my|the) * (in the rain|outside|on the (street|pavement|road)|with a
    stranger|in the open|by the bins) / (says|said) (it would|they would|you would|someone would) / said tomorrow / days
    late / weeks late / hours late / late again / late delivery / a (day|week|month) late / missed (my|the) (birthday|
    christmas|wedding|holiday|deadline|flight|event) / no show / did not (show|turn) up / never (arrived|came|received|
    worked|showed|turned up|delivered|got (my|it|the|here)) / without (any | )(warning|notice|explanation|asking|telling|
    permission|my (consent|permission|knowledge)) / for no reason / with no (explanation|warning|notice|reason)
"""),
    Phrases(-2.4, Tells.CHURN | Tells.DISAPPOINTMENT, False, """
    never (again|ever|buy|buying|use|using|shop|shopping|order|ordering|coming back|come back|do business|going back|
    touching|recommend|recommending|deal with|dealing with|purchase|purchasing|spend|set foot) (another|anything|from|
    with|here|your|this|these|it|again|a|at|any|) / (not|never) (be |)(buying|ordering|shopping|coming|returning|using|
    renewing|recommending|spending|going) (from |with |here |back |you |this |your |it |another |)(again|ever|any more|
    anymore|any longer) / ever again / ever buy(ing|) / not buy(ing|) (from|another|anything) / not renewing / last time
    (i|we) (will |am |ever |)(buy|order|use|shop|deal|buying|ordering) / will not be (back|returning|buying|renewing|
    ordering|using|a customer|coming) / (lost|losing|lose|losing me as) (a|me as a|another|one) (loyal |good |long time |
    paying |long standing |regular |)customer / (done|finished|through) with (this|you|your|these|them|the) (brand|
    company|shop|store|service|lot|people|product|products|app|nonsense|place|) / i am done / we are done / so done
"""),
    Phrases(-1.9, Tells.CHURN, False, """
    (my|our|the) (very |)last (order|purchase|transaction|time ordering|time shopping|time buying) / that (is|was) (it|my
    last|the last) (for me|i am|order|straw|time|purchase) / cancelling and / (tell|telling|told|warn|warning|advise|
    advising) (all |everyone |)(my |)(friends|family|friends and family|everyone|everybody|colleagues|people) (to|not|
    about|never|how|do|and) / dispute (this|it|that|everything) with / (contest|contesting|disputing|reverse) (the|this|
    that|my|it) (payment|charge|transaction| with|through) / you (have |)(just |)lost (me|my (trust|custom|business|
    respect)|a|us|another) / taking everything elsewhere / going (with|to) (someone|somebody|your|a competitor|another|the
    competition) / moving (to|on to|my) (another|a different|someone|accounts|money|everything) / (bye|goodbye) forever /
    good riddance / (want|wanted) out of (this|my) contract / uninstall(ing|ed|) (this|it|your|the app) / (am|are|will be|
    be) (switching|moving|changing| leaving|going) (to|over|for|back to|elsewhere|somewhere|your company|you|this company|
    this brand|this bank) (a| another|your|the|samsung|apple|competitor|competition|) / to (a|the|your|another)
    (competitor|competition|competitors) / make sure (nobody|everyone|everybody|people|no one|that nobody|that everyone|my
    (friends|family)) / switching to (another|a different|a competitor|your competitor|samsung|apple|google|amazon|
    someone) / (take|taking) my (business| money|custom) (elsewhere|to|somewhere) / go(ing|) (elsewhere|somewhere else|to
    (your|a|the) (competitor|competition| competitors)) / clos(e|ing) (my|our) (account|accounts) (because|if|right now|
    today) / (cancel|cancelling|canceling| close) everything / (cancelling| canceling|leaving) because / looking for
    (another|a different) (provider|bank| supplier|company|carrier) / (find|found) another (provider|bank|supplier|
    company|carrier|shop) / reconsider(ing|) (my| our) (subscription|membership|contract| business)
"""),
    Phrases(-2.2, Tells.ESCALATION | Tells.ANGER, False, """
    better business bureau / bbb / (my|a|our|an) (lawyer|attorney|solicitor) / lawyers / legal (action|steps|proceedings|
    team|advice) / sue (you|your|them) / suing / small claims / see you in court / take (you|this|them) to court / in
    court / (file|filing|filed|lodge|lodging|make|making|raise|raising|submit|submitting|put in|register) (a|an|my|this|
    another) (official |formal |written |)complaint / ombudsman / trading standards / consumer (protection|affairs|rights|
    court|forum|watchdog|advice) / report(ing|) (you|your|this company|this to) / report (this|it) to (the|your|consumer|
    trading) / (go|going) (public|viral|to the (press|media|papers|news)|to court) / (contact|contacting|tell|telling|
    call|calling) the (press|media|papers|news|authorities|regulator|police) / (all over|on|post this on|share this on)
    (social media|twitter|facebook|tiktok|instagram|reddit|trustpilot) / (one star|1 star|negative|bad|terrible|honest|
    scathing) review(s|) (everywhere|online|on|about|if|unless|is) / (leave|leaving|write|writing|post|posting) (you |)(a|
    an) (one star|1 star|negative|bad|terrible|honest|scathing) review / warn (everyone|others|people|my|all|everybody) /
    warning (everyone|others|people) / chargeback / charge back / dispute (the|this|it|every) (charge|charges|payment|
    transaction) (with|if|unless|$) / before i (dispute|call|go|contact|report|take|involve|cancel|sue|escalate) / (to|
    with) the (regulator|authorities|police|authority) / (speak|talk) to (your|the) (boss|superior|ceo) / (someone|
    somebody|anyone) (above|higher|senior|more senior|in charge|competent) / (manager|supervisor) (now|right now|
    immediately|at once|today|this instant) / demand (a|an|to|my|that|compensation) / i want compensation / i expect
    compensation / compensate me / compensation for (this|my|the|all|your) / or (i|we) (will |am |are |)(go|going|call|
    cancel|sue|dispute|leave|report|take|leaving|calling|cancelling) / hear(ing|) from my
"""),
    Phrases(-0.9, Tells.ESCALATION, True, """
    (speak|talk|complain|escalate|escalate this|connect me|put me through|transfer me) (to|with) (a|your|the|someone|
    somebody) (manager|supervisor|superior|senior) / get me (a|your|the) (manager|supervisor) / escalate (this|my|it) /
    (your|a) (manager|supervisor) please
"""),
    Phrases(-1.4, Tells.URGENT | Tells.ANXIETY, True, """
    (caught|catches|is on|was on|went on) fire / exploded / explodes / blew up / (is|was|started|starts|began) smoking / smoke
    (came|coming|comes) / sparks (came|coming|come|flew|flying) / electric shock / shocked me / (burned|burnt) (my|me) /
    (swollen|bulging) battery / battery (is|was) (swollen|bulging)
"""),
    Phrases(-1.0, Tells.ANXIETY, False, """
    i am (so |very |really |extremely |getting |)(worried|anxious|stressed|panicking|scared|desperate) / stressing me out
    / so stressful / worried sick
"""),
    Phrases(0.0, Tells.URGENT, True, """
    asap / urgent / urgently / right (now|away) / immediately / as soon as possible / need (it|this|them) (by |for |
    )(today|tonight|tomorrow|now) / emergency / time sensitive / at once
"""),
    Phrases(0.0, Tells.EFFORT, True, f"""
    {_MANY} times / been on hold / already tried / already called / tried everything
"""),
)
"""What tells besides its words."""

FAULT = f"""
    defect / defects / {_DO_BE} not (even |really |properly |always |)(work|working|charge|charging|start|starting|turn
    on|turning on|load| loading|open|opening|connect|connecting|pair|pairing|sync|arrive|arrived|been delivered|come|
    received|delivered|hold a charge|respond|print|fit|stay|help|play|fixed|resolved|reach|ship|shipped|refunded|last|
    switch on|boot|update|updated) / not (working|charging|fixed|resolved|received|arrived|delivered|connecting|
    responding|here) / never worked / (stop| stops|stopped) (working|charging|responding|playing|syncing) / (quit|quits)
    working / broken / broke / break(s|ing) / faulty / defective / damaged / cracked / smashed / scratched / dead / died /
    dies / crash / crashes / crashed / crashing / freezes / freezing / frozen / froze / flickers / flickering / overheats
    / leaks / leaking / lags / lagging / disconnects / disconnecting / drops / dropping / fails / failed / failing / error
    / errors / bug / bugs / delay / delayed / late / lost / losing / missing / wrong / stuck / slow / slowly / problem /
    problems / issue / issues / trouble / fault / outage / cancelled / canceled / no (internet|signal|power|service|
    heating|hot water|connection| sound|refund|parcel|package|delivery|update) / charged (me |)twice / double charged /
    overcharged / out of stock / cancelled my / canceled my / reset(s|) itself / expired / declined / torn / stained /
    dirty / mould / rust / rusty / wobbly / peeling / drained / drains / refund / replacement / unavailable / wrecked /
    ruined / down / bent / unresponsive / noisy / loud / malfunction(s|ing|ed|) / useless / it (took|takes) / excuses /
    hold / robot / robots / bot / bots / nobody / waited / waiting
"""
"""A report, neutral by itself, a complaint where something of STRAIN stands beside it."""
STRAIN = f"""
    (loyal|long time|paying|long standing|returning|regular) customer / a customer (for|since|of) / no longer / i (pay|
    paid) / still / again / always / constantly / continually / continuously / repeatedly / keep(s|) / all the time /
    every (day| time|single|hour|few|night|week|five|ten|other) / each time / yet again / once more / non stop / nonstop /
    seriously / honestly / literally / {_NTH} (time|one|replacement|week|day|unit|month) / even / (barely|hardly) / only
    (lasted| worked|lasts|works|after) / after (only|just|barely|less than) / not even / at all / so (many|much|long|
    often) / too (many|often|long|slow|much) / {_MANY} times / already (broken|broke|dead|failed|stopped|died) / (wait|
    waited| waiting|on hold|hold|stuck|without|took|takes|taken|been|over|another|whole|for) (for |on hold |over | about |
    almost | nearly |more than |already |at |exactly |)(a whole |a full |an entire |a |an |)({_MANY[1:-1]}|a couple of|
    hours|days| weeks|months|years|#) (hour|hours|day|days|week|weeks|month|months|year|years|minutes|mins|hrs|business
    days|working days|) / come on / obviously / as usual / of course / for some reason / and nothing / so frustrating / i
    give up / gave up / giving up / fix it / sort it / unbelievable / unreal / incredible / for real / absolutely /
    completely / totally / utterly
"""
"""What makes a complaint of a report; # stands for a number above ten. By itself it is nothing."""
SARCASM = """
    (thanks|thank you|thanks a lot|thanks so much|cheers) for * (nothing|wasting|ruining|ruined|losing|ignoring|breaking|
    hanging up|lying|delaying|messing|the runaround|the headache|stress|wasted|hiding|not) / (5 stars|five stars|five star
    (service|support|experience)|full marks|top marks|10 10|bonus points|extra points|prize|medal|award) for (hiding|
    ignoring|wasting|being|not|losing|the worst|lying|making|inventing|delaying|waiting|breaking) / (great|brilliant|
    fantastic|wonderful|lovely|nice|perfect|awesome|amazing|excellent|superb|marvellous|good|stellar|terrific|five star|
    world class) (update|service|support|company|start|system|idea|bot|timing|stuff|team|delivery|quality|experience|one|
    as always|as usual|guys) * (now nothing|waited|nobody|no one|ignored|now (it|the|my|i|everything|none)|lost|broke|
    broken|hung|useless|worse|not working|crashed|disappeared|refused|late|does not) / (glad|happy|pleased|nice|good|
    great|lovely) to (see|know|hear|find) (my|that my|you|that you|how) * (complaint|ignored|email|bin|nobody|not|no|
    never|care about|useless|money|lost|wasted|worthless|broken|still) / ^ (brilliant|fantastic|wonderful|lovely|great|
    perfect|amazing|awesome|superb|marvellous|nice|excellent|congratulations|bravo) (the|my|now|another|so|no|it|and now|
    you|they|your|just|three|two|only|more) * (rain|bin|lost|left|broke|broken|dead|nobody|no|late|nothing|again|failed|
    forgot|wrong|cancelled|canceled|ignored|refused|still|stuck|disappeared|crashed|charged|delayed|delay|missing|damaged|
    smashed|gone|stopped|useless|down|never|not) / amazing how / thanks for (nothing|wasting|ruining|losing|ignoring|
    breaking|the (delay|wait|lie|lies|runaround|non|lack|broken|wrong)|another|making me|letting|not|hanging|your lack|
    zero|absolutely) / thank you for (nothing|wasting|ruining|losing|ignoring|breaking|not|making me wait|the lack|
    absolutely nothing|hanging up|zero) / thanks a bunch / yeah right / just what i (needed|wanted) / exactly what i
    needed another / what a (surprise|shock|treat|coincidence|great start|way to) / how (surprising|convenient|kind of
    you|generous|thoughtful|original|nice of|lovely of|very helpful|wonderful that|typical) / (nice|great|lovely|
    wonderful|fantastic|fine|brilliant|good|fun|some|funny) way to (treat|spend|start|lose|run|waste|handle|say|ruin|do
    business|thank|reward) / so (glad|happy|pleased) i (paid|waited|spent|wasted|chose to wait|stayed|trusted|upgraded to)
    / (love|loving|enjoy|enjoying|adore|loved) (waiting|talking to (robots|bots|a robot|a bot|machines|walls|a wall)|being
    (ignored|on hold|lied|passed|transferred|told|charged|hung)|how (nobody|no|it never|you never|it breaks|i have to|you
    ignore|it crashes|it takes)|repeating|listening to|spending (hours|my|two|three)|paying (for|extra|twice)|it when
    (you|nobody|it|my)|the hold music|chasing|wasting) / (great|good|nice|fantastic|amazing|excellent|wonderful|superb|
    awesome|brilliant|stellar) (job|work|going) (losing|breaking|ruining|ignoring|guys you|on (losing|breaking|the delay|
    ruining|ignoring|not)|not|at (losing|ignoring|nothing|wasting|avoiding)|as always not|sending|making) / way to go /
    slow clap / must be nice / as if / so much for / good luck (getting|with (getting|that|their|customer|reaching|ever)|
    trying|reaching|finding) / well done (you|on|for|losing|breaking|another) / oh (great|joy|wonderful|perfect|brilliant|
    lovely|fantastic|good|nice|how|goodie|goody|excellent|awesome|yay|cool|look) / (real|very|really|so|super|just)
    (classy|smart|clever|mature|helpful|professional|nice|reassuring|brilliant|lovely|fantastic|wonderful|impressive|
    great|perfect) (guys|of you|move|eh|huh|as always|isn) / if only / genius move / bravo / congratulations (you|on|for|
    guys|to you) / top marks for / impressive (how|that|really) / remarkable how / amazing how / incredible how / funny
    how / fascinating how / hilarious / cheers for (nothing|that|the) / your (so called|amazing|wonderful|famous|great|
    brilliant) (service|support|customer|app|delivery|team|quality|warranty|guarantee) (can|is|has|hung|did|does|took|
    lost|never|team|service) / so called / apparently (you|your|it|nobody|that|a|the) / guess i (will|have|am|should) / i
    (just |)love (it |)(how|when) (you|your|it|nobody|they) / (deserve|give them|give you|give yourselves) (a|an) (medal|
    award|prize|oscar)
"""
"""Mockery in itself, 2.0 once."""
# fmt: on
