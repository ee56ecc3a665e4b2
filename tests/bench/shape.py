"""How much there is on the channel that the walk is timed on, and what it says: the same every time."""

from dataclasses import dataclass

BATCH = 10
WORDS = ("simhallen", "biblioteket", "snöröjningen", "skolmaten", "cykelvägen", "torget", "bussen", "återvinningen")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How much there is on the channel: `posts`, and of each the comments that `levels` says.

    `levels[0]` comments answer the post, `shown` of them at once; the first `answered` of these have `levels[1]`
    answers each, every one of those `levels[2]` more, and so on. Every answer to a request waits `delay` seconds.
    `alive` is how many posts the page keeps in its document, None for all. `filmed`: the page looks like a real one
    (pictures, colours, longer texts), and says in the picture itself which state it is in (`states.js`).
    """

    posts: int = 200
    levels: tuple[int, ...] = (12, 8)
    answered: int = 1
    shown: int = 2
    delay: float = 0.0
    alive: int | None = None
    filmed: bool = False

    @property
    def comments(self) -> int:
        """How many comments and replies one post has."""
        return self.levels[0] + self.answered * self._below(1)

    def _below(self, level: int) -> int:
        if level >= len(self.levels):
            return 0
        return self.levels[level] * (1 + self._below(level + 1))

    @property
    def requests(self) -> tuple[int, int]:
        """How many requests it takes to see everything, one after another: batches of the feed, and of comments."""
        threads, answering = 0, self.answered
        for answers in self.levels[1:]:
            threads += answering
            answering *= answers
        return -(-self.posts // BATCH), self.posts * (-(-(self.levels[0] - self.shown) // BATCH) + threads)

    def truth(self, origin: str) -> dict[str, str]:
        """Return the text of every post, comment and reply by its permalink."""
        found: dict[str, str] = {}
        for place in range(1, self.posts + 1):
            post = self.post(place)
            found[f"{origin}{post['link']}"] = str(post["text"])
            self._add(f"p{place}", origin, found)
        return found

    def _add(self, above: str, origin: str, found: dict[str, str]) -> None:
        for item in self.answers(above):
            found[f"{origin}{item['link']}"] = str(item["text"])
            if item["replies"]:
                self._add(str(item["id"]), origin, found)

    def post(self, place: int) -> dict[str, object]:
        """Return what the server says of the post in this place, from 1."""
        word = WORDS[place % len(WORDS)]
        return {
            "id": f"p{place}",
            "place": place,
            "link": f"/inlagg/p{place}",
            "author": "Exempelkommun",
            "time": f"2026-{1 + (400 - place // 2) % 12:02}-{1 + place % 28:02}T08:00:00+01:00",
            "text": (f"Inlägg {place}: nytt om {word}. " + f"Så här går det med {word} i vår. " * 6).strip(),
            "comments": self.comments,
            "posters": [f"Så blir det med {word} i vår"] if self.filmed else [],
            "pictures": [f"/bild/p{place}.jpg"] if self.filmed else [],
            "top": self.levels[0],
            "shown": self.answers(f"p{place}")[: self.shown],
        }

    def _more(self, place: int) -> str:
        return " Det har varit så här sedan i våras, och ingen svarar." * (place % 4) if self.filmed else ""

    def answers(self, above: str) -> list[dict[str, object]]:
        """Return what the server says of every answer to the item `above`, of which the id tells the way to it."""
        way = above.split("-")
        level = len(way) - 1
        post, word = way[0], WORDS[len(above) % len(WORDS)]
        answered = self.answered if level == 0 else self.levels[level]
        deeper = self.levels[level + 1] if level + 1 < len(self.levels) else 0
        return [
            {
                "id": f"{above}-{place}",
                "link": f"/inlagg/{post}#{above}-{place}",
                "author": f"Åsa Öberg {place}",
                "time": "2026-05-04T08:00:00+02:00",
                "text": f"Kommentar {above}-{place}: vad gör kommunen åt {word}?" + self._more(place),
                "replies": deeper if place <= answered else 0,
            }
            for place in range(1, self.levels[level] + 1)
        ]
