"""What English customers and agents say, as data: word sequences by what they mean; `english_complaints` has the rest.

Every line is written as `english.spelled` spells a turn: lower case, contractions in full, words parted by one space, no
punctuation. A bar inside round brackets parts alternatives, an empty one makes the bracket optional; a star stands for up
to four words; a slash parts phrases; ^ and $ are the ends of a sentence.
"""

# fmt: off

PRAISE = """
    no complaints / can not complain / more than (happy|satisfied|pleased|i (expected|asked|hoped|paid)) / everything i
    (wanted|needed|hoped|expected|asked|could) / (he|she|it) did (a |an )(great|amazing|fantastic|excellent|brilliant|
    wonderful|good|superb) / (can|could) not stop (talking|using|smiling|wearing|raving|playing|listening| watching) /
    blew (me|us|my mind|everyone) away / (huge|big|massive|special|enormous) (thanks|thank you|thumbs up|shout out|
    shoutout|kudos|well done) / thanks to * (helped|fixed|solved|sorted|saved|it works) / (was|is|were) (a breeze|a joy|a
    dream|a doddle|a pleasure|a delight|a piece of cake|child's play|dead easy|super easy|so easy|spot on|top notch| on
    point|second to none|top) / (zero|no|without any|without a|not one) (issues|problems|complaints|problem|issue|
    hiccups|glitches|regrets|hassle|fuss|drama|faults|bother) (after|since|in|so|at|with|whatsoever|and|ever|from|$) /
    nothing to complain / nothing bad to say / (someone|somebody|a company|a person|people|an agent) (who|that) (actually|
    really|truly|genuinely) (helped|helps|listened|listens|cares|knows|understands|answers|works|delivers) / only regret /
    (can|could) not (praise|thank|recommend) * (enough|more|highly) / (do|does|did|will) not disappoint / never
    disappointed / (much|so much|way|far) (better|quieter|faster|lighter|smoother|easier|nicer|brighter|clearer|sharper)
    (than|now|quality|sound|screen|experience) / (impressed|happy|pleased|delighted|thrilled|blown away|satisfied|
    obsessed|in love) (by|with|so far|overall|customer) / (i|we|my (wife|husband|son|daughter|mum|mom|dad|kids|cat|dog|
    family|girlfriend|boyfriend|father|mother)) (absolutely |really |just |simply |all |)(love|loves|adore|adores|enjoy|
    enjoys|like|likes|loved) (it|this|them|the|these|how|that|my|your|everything) / ^ (love|loving) (it|this|the|my|how|
    these|them|your) / (this|it|app|product|phone|watch) (rocks|is a gem|is a keeper|is a winner|is a must|is a steal|is a
    bargain|has been great|has been a) / (looks|look) (even |so much |way |)(better|nicer|prettier) (than|in) / better
    than (expected|i (expected|thought|hoped|imagined)|ever|advertised|described|the pictures|any|most|my old) / keeper /
    spot on / bang on / a must have / must buy / a steal / great bargain / lasts (forever|ages|all day|days|for days|the
    whole day|all week) / (kept|keeps) (me |us |)(informed|updated|posted|in the loop) / (super|really|so|very|extremely|
    incredibly) (impressed|responsive|clean|reliable|sturdy|attentive|stylish|fresh|tasty|cosy|cozy|beautiful|quick to|
    welcoming) / without (any |a )(hassle|hitch|fuss|problem|problems|trouble|issue) / hassle free / no hassle / no fuss /
    pain free / as (good|beautiful|great) as (new|expected|described|advertised|the) / restored my faith / made it (so |
    really |very |super |)easy / truly (grateful|thankful|great|special) / could not (be (happier|better|more pleased|
    easier|simpler|more helpful)|have (been|asked)|ask for) (happier|better|easier|more|for|a|) / not bad / saved my (day|
    life|skin|bacon) / (faster|quicker|better|earlier|sooner|nicer|easier|brighter|lighter) than (expected|i (expected|
    thought|hoped|imagined)|promised) / much better / so much (better|easier|smoother|faster|nicer|quieter) / no
    (problems|issues|problem|issue|trouble|complaints|faults) (at all|so far|whatsoever|to report|with it|with this|ever)
    / not a single (problem|issue|complaint|fault|glitch) / never (had|given|gives|caused) (me |us |)(a|any) (problem|
    problems|issue|issues|trouble|single) / never (lets|let) me down / never disappoints / never fails to impress / keep
    up the / highly recommend(ed|) / (definitely|would|will|strongly|totally|happily|gladly|can) (definitely |highly |
    gladly |happily |totally |certainly |absolutely |)recommend / (will|would|shall) (definitely |certainly |gladly |
    happily |absolutely |)(be |)(buy|buying|order|ordering|shop|shopping|use|return|come back|be back|back|purchase)
    (again|from|here|for|more|another|with|soon) / well (done|made|built|packed|packaged|designed|worth|thought out|spent)
    / good job / great (service|job|experience|product|help|support|value|quality|buy|purchase|work|team|price|gift|fit|
    sound|app|company|shop) / top (notch|quality|marks|service|class) / first class / second to none / 10 out of 10 / ten
    out of ten / 5 out of 5 / five stars / 5 stars / 10 10 / 5 5 / thumbs up / hats off / kudos / (work|works|working|
    worked) (great|perfectly|like a (charm|dream)|beautifully|flawlessly|wonders|a treat|brilliantly|really well|very
    well|so well|well|fine now|again) / (works|working) as (advertised|described|promised|expected|it should) / does
    (exactly |just |)what (it|i) / does the (job|trick) / exactly (what|as) (i|we|described|expected|advertised|pictured)
    (was looking for|wanted|needed|hoped for|ordered|am looking for|) / very (happy|satisfied|helpful|pleased|kind|polite|
    professional|friendly|efficient|quick|fast|easy|good|comfortable|nice|patient|responsive) / (so|really|super|
    extremely|incredibly|amazingly|wonderfully) (happy|satisfied|helpful|pleased|kind|polite|professional|friendly|
    efficient|quick|fast|easy|good|comfortable|nice|patient|responsive|comfy|grateful|smooth|light|clear|crisp|quiet|cute|
    pretty|soft) / worth (every|it|the (money|price|wait)|each) / (good|great|excellent|amazing|best|fantastic|incredible)
    value / game changer / life saver / (pleasantly|nicely|positively) surprised / blown away / exceeded (my|our|all) /
    above and beyond / went (out of (his|her|their|your) way|the extra mile) / over the moon / can not fault / nothing but
    (praise|good|positive) / / big fan / huge fan / (happy|delighted|pleased|thrilled|impressed|satisfied|in love|chuffed)
    with (my|the|this|it|how|your|our|his|her) / (day|week|days) (early|earlier than|ahead) / ahead of schedule /
    (arrived|came|delivered|shipped|here) (early|quickly|promptly|fast|in perfect|on time|super fast|the next day|well
    packed|overnight) / (quick|fast|prompt|speedy|swift|lightning fast|super fast) (delivery|shipping|service|turnaround|
    refund|dispatch) / (very|super|such a|really|so) (quick|fast|prompt) (reply|response|replies) / that was (quick|fast|
    easy|painless) / like (new|magic) / (looks|feels|sounds|smells|tastes|fits) (great|amazing|good|lovely|premium|
    fantastic|perfect|perfectly|beautiful|gorgeous|like a glove|solid|expensive|luxurious|brilliant|wonderful|awesome|
    nice) / solid (build|quality|product|device|construction|phone|laptop|watch) / it flies / super (fast|quick|easy|
    comfy|soft|light|smooth|helpful|friendly) / so easy to / easy to (use|set up|assemble|install|clean|operate) / my (new
    |)(favourite|favorite) / best (purchase|thing|service|customer service|experience|money|decision|shop|store|company|
    investment|headphones|support|phone|i have|buy|app|product) / thank(s| you) (so|very) much (for|you|to) / thanks a
    million / big thanks / (you|she|he|they) (are|were|was|is) (a |an |such a |)(lifesaver|life saver|star|legend|angel|
    gem|rock star|rockstar|the best|hero|pleasure|joy) / made my (day|week|year) / (sorted|solved|resolved|fixed|helped|
    handled|answered) (it |me |everything |my problem |my issue |the issue |the problem |the whole thing |all my questions
    |)(so |very |really |)(quickly|fast|right away|straight away|within|in (minutes|seconds|no time|two|three|five|ten|
    under|a few|5|10)|immediately|in one|the same day|efficiently|promptly|patiently) / (problem|issue) (solved|sorted|
    resolved|fixed) (thanks|thank|in|within|quickly|so) / works again / (really|truly|so|genuinely|greatly|very much)
    appreciate / support this good / service this good / this good / (couldn|could) not be happier / (no|never any)
    regrets / glad (i|we) (bought|chose|got|went|found|switched|ordered|upgraded|picked) / feels (premium|solid|sturdy|
    well made|high quality|expensive|luxurious)
"""
"""Phrases of praise, 2.0 once."""
RESOLVED = """
    replaced / sorted / solved / resolved / fixed / refunded / made it right / put it right / sent a new one / same day /
    next day / straight away / but (it|they|she|he|the|now|your|support) / no (problem|problems|issue|issues|trouble|
    complaints|faults|delay|error|errors|bug|bugs) / never / not a single / without (a|any) (problem|problems|issue|
    issues|hitch|trouble|delay) / worried / afraid / sceptical / skeptical / expected / thought
"""
"""Beside praise: the fault is over, or never was."""
BRIGHT = """
    great / wonderful / nice / brilliant / fantastic / lovely / perfect / awesome / amazing / superb / excellent /
    congratulations / congrats / bravo / well done / good job / thanks a (lot|bunch|million) / impressive / wow / love /
    glad / outstanding / stellar / magnificent / cool / marvellous / super / delightful / cheers / splendid / how nice /
    terrific / good work / nice work / keep up the / quality service / quality work / surprise
"""
"""Praise that mocks where its turn complains."""
COVERS = """
    good (morning|afternoon|evening|day|night|luck|friend|friends|idea|point|question|time|to know|to go|enough for now|
    one|bye|will|faith|condition|thing) / best (friend|friends|man|way|time|regards|wishes|before|option|of luck|price|
    match|place|number|email|suited|buy store) / kind (of|regards|enough) / kindest regards / warm regards / happy
    (birthday|to (wait|pay|help|send|provide|do|try|share|hold|answer|assist|go|take|keep|return|swap|exchange)|new|
    holidays|christmas|anniversary|hour|with either|either) / would love (to|a|an|one|some|it) / i would be (happy|glad)
    to / super (market|glue|user|bowl|saver) / no worries / not to worry / no bother / sounds (good|great|perfect|fine|
    like a plan) / looks good to me / all good / that is (good|great|fine|perfect|ok|nice) / any good / how good / as good
    as / better (option|deal|price|to|than nothing|off|half|plan|if) / i had better / perfect (timing|for me thanks) / had
    better / have a (good|great|nice|lovely|wonderful|fantastic|pleasant|fab|super|brilliant|amazing|terrific) / (good|
    great|nice|lovely) (day|evening|weekend|rest) (to|ahead|of) / nice (to meet|one) / great (ok|okay|britain|danes) /
    dear (sir|sirs|madam|team|support|customer|all|service) / fancy / favourites / favorites / my (favourites|favorites) /
    add to (favourites|favorites) / hard drive / bad (credit|cheque|check|sector|sectors|pixel|pixels|weather) / (poor|
    bad|weak) (signal|reception|eyesight|hearing|vision|condition|health|internet at|back|knee|wifi at) / (are|works|work|
    would be|is|be|suits) best / great (question|grand|big) / (stupid|silly|dumb) (question|of me|me|mistake on my) / dead
    pixel / perfect as a / wonder (if|whether|what|how|why|when) / love (island|song|songs|letter|hearts) / hell (o|no) /
    mad (max|cow) / like new / joy(stick|con) / evil twin / cheer(s|ful) / waste (bin|basket|disposal|water|pipe|
    collection|container) / poor (signal strength) / not (too |that |so |as |)bad / if (that is|it is) (good|fine| ok|
    better|best) (for|with) you / what is best / which is (best|better|nicer) / mess(age|ages|enger) / nice and (warm|
    early|small)
"""
"""Word sequences whose words of feeling mean none."""
AGENT = """
    how (may|can) i (help|assist|be of) / (that is|what) a (great|good|very good|excellent) question / i would be (upset|
    annoyed|frustrated|disappointed) too / (that has|it has|that is|it is) (now |)been (updated|processed|cancelled|done|
    sorted|fixed|applied|added|removed|changed) for you / (could|can|would) you (please |kindly |)(describe|confirm|
    provide|share|verify|send us|elaborate|specify|let me know (your|the|which|what)|give me (your|the)|spell) (the|your|
    us|me|which|what|a photo|more|some|any|that|if) / (i|we) have (escalated|raised|logged|submitted|reported|requested|
    applied|cancelled|updated|sent|added|checked|reset|refunded|passed|forwarded|arranged|registered|reviewed) (this|it|
    that|your|the|a|an) (to|with|for|case|request|ticket|order|concern|account|refund|return|issue|matter|on) / pass (it|
    this|that|your) (on|along|feedback) / should be with you / (as a one off|as an exception) / lets get (this|that|it)
    sorted / let us get (this|that|it) sorted / (high|higher) (call|than usual|than normal) (volume|volumes) / we are
    experiencing / bear(ing|) with us / is there (something|anything) (else |specific |)(i|we) (can|could) / (i|we)
    (really |truly |)(appreciate|value) (your|you) (patience|understanding|business|feedback|loyalty|bringing|reaching|
    taking|cooperation|time) / (one of|a member of) our / thank(s| you) for (contacting|calling|reaching|your (patience|
    understanding|call|interest|loyalty|cooperation|message|feedback|time|business|order|purchase|inquiry|enquiry|email)|
    choosing|waiting|holding|getting in touch|bringing|letting us know|confirming|being|providing|chatting|staying|
    shopping|bearing|verifying|your (kind |valued |)(feedback|business)) / (please |)(hold|stay) on the line / please
    (hold|bear with|be advised|be assured|rest assured|allow|rate|do not hesitate|feel free|be patient|accept (our|my)|
    note|stay on|stay connected|find attached|find below|enter the|ensure|provide (your|the|us)|share your (order|email|
    phone)|confirm your) / we (sincerely |do |truly |deeply |really |)(apologise|regret|value|appreciate your|strive|
    understand your) / (my|our) (sincere |sincerest |deepest |)apologies / apologies for (the|any|this|that|your) / ticket
    has been / is there anything else / anything else (i|we) can / i would be (more than |)(happy|glad) to (help|assist|
    look) / i (do |sincerely |really |)apologise / i am (so |very |really |truly |terribly |extremely |)sorry (to hear|
    about (the|that|this|your)|for (the|any|that|your)|you (are|had|feel|have)|that you|this) / sorry to hear / sorry for
    (the|any) (inconvenience|trouble|delay|confusion|wait) / sorry about (that|the wait|the delay|the inconvenience) / i
    (completely |totally |fully |can |do |certainly |absolutely |really |)understand (your|how (frustrating|upsetting|
    annoying|disappointing|you|important|difficult|inconvenient)|that (this|you)|you are|this (is|must)|the (frustration|
    inconvenience|concern)) / i can see (how|why) / i will be (glad|happy|more than) / happy to (help|assist) / glad to
    (help|assist|hear) / pleasure (to assist|to help|assisting|helping) / may i (have|know|ask for) (your|the) / could i
    (have|take|get) your / can i (have|take|get) your (order|name|email|account|phone|postcode|address|full|number) / glad
    (i|we|that|it is) (could|is sorted|was able|can|got sorted|sorted) / our (team|records|system|warehouse|colleague|
    colleagues|specialists|specialist|technician|technicians|policy|engineers|agents|courier partner|finance|technical|
    logistics|returns) (team |department |partner |)(will|has|have|is|are|show|shows|can|does|do|indicate|states|requires|
    confirmed) / your (return|refund|order|request|ticket|case|replacement|parcel|package|account|payment|subscription|
    complaint|application|booking|appointment|claim|satisfaction|feedback|patience|warranty|delivery|technician|item|
    engineer|driver|call|query|concern|membership|exchange) (request |number |status |)(has been|was successfully|is now|
    is being|will be|is (very |really |)important|is on its way|will arrive|is scheduled|is confirmed|is complete|is
    appreciated|have been|means|is covered|is eligible|remains|is estimated) / (let me|i will|i am going to|allow me to)
    (quickly |just |now |go ahead and |)(check|look into|pull up|transfer you|connect you|escalate|arrange|process|see
    what|verify|review|find out|get that|walk you|guide you|take a look|forward|raise|send you|create|look that up) / (i|
    we) have (just |now |already |gone ahead and |successfully |)(found your|located your|issued|processed your|escalated|
    arranged|sent you|forwarded|credited|updated your|refunded|passed (this|your)|approved|raised a|opened a|created a|
    added a note|noted|applied) / we are (afraid|unable to|glad|delighted|committed|doing our best|here to help|working
    (hard |)(on|to)) / i am afraid (we|the item|this item|that item|there is no|that is not|it is out) / i am here to help
    / unfortunately (we|this item|that item|our) / we can not / we (will|shall) (get back|contact|notify|inform|send you|
    refund you|process|investigate|look into|reach out|email you|keep you|be in touch|do our|arrange|need your) / (get
    back to|be in touch with) you (within|shortly|soon|as soon) / you are (very | most |more than |)welcome / you are next
    in / enjoy your (new|day|purchase|weekend|order|evening|meal|stay) / rate (this|our|your) (chat|conversation|service|
    experience) / as a (gesture|goodwill|token) / for (your convenience| security (purposes|reasons)|quality (purposes|and
    training)|verification purposes) / this (call|chat) (may|will) be (recorded|monitored|ended) / we hope (you|to|this) /
    rest assured / you will (receive|get|be (contacted|notified| refunded)|hear from) (a|an|us|your|our|the|by|within|it)
    / we sent you / kindly (provide|share|confirm|note|wait|be| check|allow|refer) / i (can|could) (offer|arrange|see that
    your|confirm that|see your|assure) (you|a|your|the|that| order|it|) / at your earliest / we are sorry / one moment
    please / just a moment please / bear with me / thank you for (your |)(patience|holding|waiting) / is (that|this)
    (okay|ok|alright|acceptable) with you / our (sincere|deepest| sincerest) / (have you|did you) tr(y|ied) (restarting|
    turning|resetting|reinstalling|clearing|unplugging|rebooting| updating|switching|a different) / to assist you (better|
    further) / assist you (with|today|further|in) / valued customer
"""
"""What only the staff says."""
THANKS = """
    thank / thanks / thank you / cheers / appreciate it / appreciate that / much appreciated / many thanks
"""
"""Thanks."""
GRATEFUL = """
    (so|very) (much|grateful|thankful) / really appreciate / grateful
"""
"""More than thanks."""
QUESTION = """
    (can|could|may|should|shall|must) (i|we) / how (do|can|to|much|many|long|does|is|are|should|would|will|far|big|often|
    soon|about) / wondering / what is (the|my|your) / what are (the|my|your) / what (do|does|should|if|happens|time|size|
    colour|color|kind of|type of|about) / do you (have|know|offer|accept|ship|sell|price|take|deliver|do|stock|provide|
    guarantee|charge|support) / any idea / is there (a|an|any|some|anything|another) / are there (any|some|other) / is it
    (possible|ok|okay|safe|normal|true|allowed|compatible|better to|worth) / (anyone|anybody) know / not sure (how|if|
    which|what|why|whether|where|when) / where (is|can|do|are|did|should|would) / when (will|is|do|does|can|are|should|
    would) / why (is|does|did|was|do|are|has|can|will) / which (one|is|of|model|size|plan) / does (it|this|that|the|my) /
    am i (able|allowed|eligible|covered|supposed) / do i (need|have|get|still|also) / will (it|i|this|the|my) (be|work|
    fit|get|have|still|arrive|cover) / did (you|my|the) / is (this|that) (the|a|an|normal|correct|possible|true|covered|
    compatible|included) / or not
"""
"""Asks, wherever it stands."""
ASKS_FIRST = """
    how what when where which who whose why is are do does did can could will would should may am have has was were
"""
"""First words of a question, unless one of these follows."""
NO_QUESTION_AFTER = """
    a an not never been definitely recommend buy order come use be have say always love confirm report certainly surely
    try need received arrived ordered tried highly happily gladly really also had bought done just only still very so
    happy delivered told promised sent given supposed broken waiting great good terrible awful amazing excellent perfect
    fast quick easy
"""
FILLERS = """
    hi hello hey so ok okay and um uh yes yeah no well please sir madam also but good morning afternoon evening dear there
    right now sorry excuse me thanks
"""
REQUEST = """
    (can|could|would|will) you / i would (like|love|appreciate|prefer) (to|a|an|my|you|some|it|size|if) / i (want|need|
    wish) (to|a|an|my|you|help|some|it|this) / (help|let|get|give|send|tell|show|transfer|connect|call|email|put|refund|
    remind) me / i am (trying|looking|calling|hoping|writing|contacting) (to|for|about|you) / need (help|assistance|a
    hand) / (agent|human|operator|representative|advisor) please / change it to / want it (changed|cancelled|delivered|
    refunded|replaced)
"""
"""Requests, and any please that a word follows."""
REQUEST_FIRST = """
    cancel change reset update refund close open block transfer send check activate track return replace delete remove
    stop resend reschedule add correct call email connect show give help unsubscribe swap exchange book confirm unlock
"""
"""First words of a request."""
ASK_TO_KNOW = """
    i (would |)(like|want|need|wanted|love) to (know|ask|find out|understand|check) / (can|could) you (please |)(tell|
    explain|clarify|advise|let me know) / (i am |just |was |)wondering / let me know (if|how|what|when|where|whether|
    which)
"""
"""A request that is a question."""
HOW_TO = """
    how (do|can|would|should|could|to) (i|we|you|one|a|file|make|lodge|report|raise|dispute|complain|escalate) / how to /
    where (do|can|should) (i|we) / what (do|should|can) i (do|say|use|need) / can i / could i / may i / is it possible /
    (like|want|need|love|wanted) to (know|ask|find out|understand|check) / what (is|are) the (process|procedure|steps|way)
    / do i (need|have) / what happens / who (do|can|should) i / difference between
"""
"""Asks for a way: even hard words are only its topic."""
CONDITION = """
    if / in case / unless / suppose / supposing / what happens when / whether / otherwise
"""
"""Supposes."""
HEARSAY = """
    (review|reviews|friend|friends|people|forum|someone|somebody|neighbour|neighbor|colleague|blog|article|video|website|
    reviewers|others|customers|everyone|reddit|youtube|brother|sister|wife|husband|mother|father|mum|mom|dad|son|daughter)
    (say|says|said|claim|claims|claimed|complain|complains|complained|complaining|mention|mentioned|mentions|thinks|think|
    told me|wrote|warned|is saying|are saying) / i (have |)(read|heard|saw|seen) (that|somewhere|online|on|in|about|it|
    the|some|a|your|reviews|complaints) / according to / supposedly / is that true / is it true / rumour / rumor
"""
"""Somebody else's words: counts where the turn asks."""
ACKNOWLEDGES = """
    ok okay k alright right sure yes yep yeah yup got understood noted thanks thank thx sounds
"""
"""A turn that holds one of these and beside them only praise is courtesy."""
ACKNOWLEDGING = """
    it you cool fine then that is all good no great perfect awesome nice excellent lovely wonderful brilliant fantastic
    super amazing so much very a lot for the your help info information i see will do to me works this bye goodbye have
    day one evening weekend again welcome too now and oh ah morning afternoon hi hello hey problem worries np thx well
    appreciated cheers love ok okay k alright right sure yes yep yeah yup got understood noted thanks thank sounds
"""
# fmt: on
