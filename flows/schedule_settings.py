"""What `kanalarkiv.toml` says of occasions: when captures are planned, who is reminded by what, how many at a time.

[halvar]                                 # får utelämnas
manader = [5, 11]                        # en månad i varje halvår; kanalerna sprids över dess arbetsdagar
klockslag = 6                            # timmen, svensk tid, som insamlingarna börjar

[paminnelser]                            # utan den får ingen e-post
epost = "miljo:KANALARKIV_EPOST"         # var adressen ligger: mailtos://anvandare:losenord@smtp.exempel.se?from=…
kopior = ["nyckelring:kanalarkiv/teams"] # dit allt också sägs: vilken tjänst som helst som Apprise kan
klockslag = 7                            # timmen, svensk tid, varje dag

[samtidigt]                              # får utelämnas
dator = 1                                # insamlingar på en gång på en dator
plattform = 1                            # och mot en plattform
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from delivery.targets import SecretPlace
from register.calendar.window import DEFAULT, Window

Hour = Annotated[int, Field(ge=0, le=23)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _one_of_each_half(months: tuple[int, int]) -> tuple[int, int]:
    Window(spring=months[0], autumn=months[1])  # refuses any other
    return months


class HalfYears(_Section):
    """When the half-yearly captures are planned; see `register.calendar.window`."""

    manader: Annotated[tuple[int, int], AfterValidator(_one_of_each_half)] = (DEFAULT.spring, DEFAULT.autumn)
    klockslag: Hour = DEFAULT.hour

    @property
    def window(self) -> Window:
        """The months and the hour."""
        return Window(spring=self.manader[0], autumn=self.manader[1], hour=self.klockslag)


class Reminders(_Section):
    """Where reminders go: places of secrets, since the addresses hold passwords; and at which hour (Swedish)."""

    epost: SecretPlace | None = None
    kopior: tuple[SecretPlace, ...] = ()
    klockslag: Hour = 7


class AtATime(_Section):
    """How many captures there may be at a time: on one computer, and of one platform."""

    dator: int = Field(default=1, ge=1)
    plattform: int = Field(default=1, ge=1)
