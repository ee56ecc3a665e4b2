"""The duty that stands over others (12): channels are handled by the rules of public access and archives.

It is as well kept as the worst kept of the duties that it is made of.
"""

from collections.abc import Sequence

from register.duties.duty import Duty, DutyThen, State
from register.duties.judging import Answer
from register.language import Text

NUMBER = 12
MADE_OF = (3, 4, 14, 17, 36, 37, 38, 39, 40, 41, 47, 48, 49, 51, 52, 53, 54, 55, 57, 58, 62)
_WORST_FIRST = (State.OVERDUE, State.DUE, State.NOT_ASKED, State.BY_PEOPLE, State.ATTESTED)


def over(judged: Sequence[DutyThen]) -> Answer:
    """Return how it is with the duty, from how it is with all others."""
    parts = [each for each in judged if each.duty.number in MADE_OF]
    for state in _WORST_FIRST:
        numbers = [str(each.duty.number) for each in parts if each.state is state]
        if numbers:
            told = ", ".join(numbers)
            return Answer(state=state, why=Text(f"{state.value}: plikt {told}", f"{state.value}: duty {told}"))
    if all(each.state is State.NOT_APPLICABLE for each in parts):
        return Answer(state=State.NOT_APPLICABLE, why=Text("ingen kanal är i bruk", "no channel is in use"))
    return Answer(
        state=State.MET,
        why=Text(f"de {len(parts)} plikter den vilar på är uppfyllda", f"the {len(parts)} duties it rests on are met"),
    )


def is_umbrella(duty: Duty) -> bool:
    """Return whether a duty is judged from others."""
    return duty.number == NUMBER
