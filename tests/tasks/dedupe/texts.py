"""Texts written for these tests: a wire story, its copies, and texts that only look like copies."""

WIRE = """HALVERSTAD (Northwire) - The city council of Halverstad voted 31 to 14 late on Tuesday to reopen the \
old harbour railway, ending a dispute that had divided the coalition for almost three years.

Under the plan, trains will run every twenty minutes between the central station and the ferry terminal from the \
spring of 2029. The line was closed in 1987, when the last shipyard on the eastern quay went bankrupt and freight \
traffic fell below forty wagons a week.

"We are not building a museum," Mayor Ingrid Solheim told reporters after the vote. "Nine thousand people work \
along that track today, and most of them sit in their cars every morning."

Opponents doubt the price. The administration expects costs of 212 million crowns, of which the state has \
promised to pay a little more than half. An audit published in June put the risk of overruns at "considerable" \
and named the swing bridge over the Aller, which has not been turned since the closure, as the largest unknown.

The Greens, who had threatened to leave the coalition if the line was given up, called the decision a late \
victory for reason. The opposition Conservatives announced that they would ask the regional court to examine \
whether residents had been consulted properly.

Work on the bridge is due to begin in September. Until then, the council wants to buy back two plots of land near \
the fish market which had been sold to a hotel company in 2011."""

CUT = "\n\n".join(WIRE.split("\n\n")[:4])

LOCAL_LEAD = """By Ruth Amsel, our reporter at the town hall

Commuters in the eastern districts have waited long for this: in two and a half years the tram replacement bus \
could be history, and rents near the old stops are already rising.

"""

CHROME = """Accept all cookies. We and our 644 partners store and access information on a device. Manage preferences

Share this article: Facebook, X, WhatsApp, e-mail

"""

OTHER = """Divers have raised a bronze bell from the wreck of the mail steamer Concordia, which sank off Cape \
Morrow in the winter of 1904 with the post of a whole province on board.

The bell weighs 48 kilograms and carries the name of the foundry in letters that are still easy to read. \
Restorers of the maritime museum will keep it in fresh water for at least a year before it can be shown.

"It rang when we lifted it," said expedition leader Tomasz Wrona. "Nobody on deck spoke for a minute."

The museum has been looking for the ship since 1996. Fishermen had complained again and again that their nets \
were torn at a depth of sixty metres, but storms and a lack of money put an end to three earlier attempts."""

STATEMENT = """"We are aware of the concerns of the residents and take them very seriously. Safety has been the \
first concern of our company since it was founded, and we cooperate fully with the authorities to establish what \
led to the incident. Until the inquiry is concluded, we ask for your understanding that we cannot comment on \
details," the company said in a statement."""

JAPANESE = """北浜市は十二日、老朽化した市立図書館の本館を建て替える計画を正式に発表した。新しい建物は港に近い旧倉\
庫の敷地に建て、三年後の春に開館する予定だ。市によると、事業費は約五十八億円で、そのうち四割を国の補助金でまかなう\
。現在の本館は昭和四十二年に建てられ、耐震診断で大きな地震に耐えられないおそれがあるとされていた。閉架書庫にある郷\
土資料は、工事の間、隣の町の資料館に預ける。市民団体は、移転で高齢者が通いにくくなるとして、路線バスの増便を求めて\
いる。市長は記者会見で「誰もが立ち寄れる町の居間にしたい」と述べた。"""

HINDI = """नगर निगम ने मंगलवार को पुराने पुल की मरम्मत के लिए नई योजना की घोषणा की। अधिकारियों के अनुसार काम अगले \
महीने शुरू होगा और बरसात से पहले पूरा कर लिया जाएगा। इस दौरान भारी वाहनों को शहर के बाहर वाले रास्ते से भेजा \
जाएगा। स्थानीय दुकानदारों ने कहा कि पिछली बार पुल बंद होने से उनका कारोबार आधा रह गया था और इस बार उन्हें मुआवजा \
मिलना चाहिए। महापौर ने भरोसा दिया कि पैदल चलने वालों के लिए एक अस्थायी रास्ता बनाया जाएगा और हर सप्ताह काम की \
प्रगति की जानकारी दी जाएगी।"""


def weather(place: str, day: str, high: int, low: int, chance: int, wind: int, gusts: int, sunrise: str) -> str:
    return f"""Here is the outlook for {place} and the surrounding districts for {day}. Highs will reach {high} \
degrees, with an overnight low of {low} and a {chance}% chance of showers in the afternoon.

Winds will come from the west at {wind} kilometres an hour, with gusts of up to {gusts}. The sun rises at \
{sunrise}. The pollen count is moderate, and people with allergies should keep their windows shut in the early \
hours of the day.

The weather service asks residents to check the warnings before they travel. Subscribers find the rain radar, \
closures and alerts in our application, and our editors answer your questions every weekday from nine to five."""


def market(day: str, index: str, change: str, oil: str, yen: str, winner: str, loser: str) -> str:
    return f"""Shares in Halverstad closed on {day} at {index} points, a change of {change}% on the day before, \
in quiet trading. {winner} led the gainers after the company raised its forecast, while {loser} fell to the end \
of the list.

Crude oil for delivery next month cost {oil} crowns a barrel. The yen was traded at {yen}. Dealers said that many \
investors were waiting for the decision of the central bank later this week and for new figures on inflation.

This report was generated automatically from data of the exchange. All prices are delayed by fifteen minutes and \
no liability is taken for their accuracy."""


def match(home: str, away: str, score: str, first: str, second: str, crowd: str) -> str:
    return f"""{home} beat {away} {score} in the regional league on Saturday in front of {crowd} spectators.

{first} opened the scoring after the break with a shot from the edge of the box, and {second} settled the match \
in stoppage time when the visitors had thrown everyone forward. Both teams had chances in a lively first half, \
but the goalkeepers kept their nets clean until the referee blew for the interval.

Next week the winners travel to the coast, and the losers receive the leaders at home. Do you want to report on \
your club? Write to our sports desk, and we will publish your results on the same evening."""


def bulletin(place: str, magnitude: str, time: str, depth: str) -> str:
    return (
        f"A magnitude {magnitude} earthquake was felt near {place} at {time} on Monday, the survey said. It struck "
        f"at a depth of {depth} kilometres. There were no reports of damage or injuries, and no tsunami warning."
    )


def misread(text: str) -> str:
    """UTF-8 read as Windows-1252, as careless copying does."""
    return text.encode("utf-8").decode("cp1252", "replace")
