"""Texts as newsrooms print them, written for these tests: what repeats is marked by what changes."""

BRIDGE = """HALVERSTAD (Northwire) - The old swing bridge over the Aller will be torn down next spring, the city's \
building department said on Monday, after divers found cracks in three of its four piers.

The bridge, opened in 1911, carried 14,000 cars a day until it was closed to lorries two winters ago. Engineers had \
hoped to save the steel span by hanging it from a second deck, but the foundations would not carry the load.

"Nobody wanted this result," department head Karla Brunn told reporters at the river. "We looked for eleven months \
for a way to keep it, and every answer ended at the same crack."

A temporary crossing for pedestrians and cyclists is to open in May. Drivers will have to use the ring road, which \
adds nine kilometres for people from the southern districts. The ferry, which was given up in 1974, may return for \
two summers.

Heritage groups announced a petition. They want at least the operator's cabin and the two lamps on the northern \
tower to be kept and put up again beside the new bridge, which will cost about 68 million crowns."""

HARBOUR = """The port authority has fined three shipping companies for discharging wash water inside the breakwater, \
the first penalties since the rules were tightened in autumn.

Inspectors took samples from the basin on twelve nights and compared them with what the ships had reported. In four \
cases the tanks held less than the log said. The companies have a month to object.

Fishermen, who had filed the complaint, called the sum laughable. "They earn that before breakfast," said Ole \
Ramsdal, who has set his pots off the lighthouse for thirty years. The authority replied that a second offence would \
cost a ship its berth for a season."""

PAYWALL = """{lead}

This article is for subscribers only. Read on with a free trial month: unlimited access to all articles, the daily \
edition as a replica, and our newsletters from every district. Already a subscriber? Log in here. Questions? Our \
reader service is there for you from Monday to Friday between eight and six."""

COOKIES = """We value your privacy. We and our 812 partners store and access information on a device, such as unique \
identifiers in cookies, to process personal data. You may accept or manage your choices by clicking below, including \
your right to object where legitimate interest is used, or at any time in the privacy policy page. These choices will \
be signalled to our partners and will not affect browsing data. Actively scan device characteristics for \
identification. Store information. Personalised advertising and content, audience research and services development. \
List of partners. Accept all. Reject all. Manage preferences."""


def market(day: str, index: str, gain: str, oil: str, gold: str, best: str, worst: str) -> str:
    return f"""The leading index of the Halverstad exchange closed {day} at {index} points, {gain} percent away from \
the day before. Trading was quiet, dealers said.

{best} led the list of winners, {worst} was at its end. Brent crude cost {oil} dollars a barrel at the close, an \
ounce of gold {gold} dollars. The central bank set the reference rate of the crown in the early afternoon as always.

All prices are without guarantee. This overview was made automatically from the data of the exchange; it is no \
advice to buy or to sell. For prices in real time, charts and your own watch list, open the market page."""


def weather(place: str, day: str, high: int, low: int, rain: int, wind: int) -> str:
    return f"""The weather in {place} on {day}: temperatures climb to {high} degrees by the afternoon and fall to \
{low} at night. The chance of rain is {rain} percent.

The wind blows at {wind} kilometres an hour from western directions. Pollen is of little concern for people with \
allergies, and the ultraviolet index stays in the lower range all day.

Warnings of the weather service can be found on our map, which is renewed every ten minutes. How the week goes on is \
told by our forecast every evening at half past six, with the outlook for the mountains and the coast."""


def football(home: str, away: str, score: str, first: str, second: str, crowd: int) -> str:
    return f"""{home} and {away} parted {score} on Saturday before {crowd} spectators in the district league.

{first} put the hosts ahead after a corner, {second} answered soon after the break with a free kick that the wall let \
through. Both sides then had chances enough to decide the match, but the keepers had a good day.

Results, tables and the next fixtures of all leagues are on our amateur football page. Send us your match report by \
Sunday evening, and with a little luck it will be in the paper on Monday."""


LIVE_HEAD = """Everything about the storm in our live blog. The newest entries stand at the top. The railway has \
stopped all trains north of Halverstad, schools stay shut until Thursday."""

LIVE = [
    "9.12 am: The fire brigade counts 214 calls since midnight, most of them for fallen trees and flooded cellars.",
    "10.40 am: The airport opens its southern runway again. Passengers should ask their airline before they set out.",
    "11.55 am: Power is back in the old town, the grid company says; eleven hundred homes by the river still wait.",
    "1.20 pm: The governor thanks the helpers and asks people to keep away from the dykes until the tide has turned.",
    "2.45 pm: A ferry with 96 people on board has reached the harbour safely after six hours in the outer roads.",
    "4.05 pm: The weather service lowers its warning to the second level; gusts of 90 kilometres an hour remain.",
]


def live(entries: int) -> str:
    """The blog after so many entries."""
    return "\n\n".join([LIVE_HEAD, *reversed(LIVE[:entries])])
