"""Through whose eyes the page is seen."""

import pytest

from capture.session.identity import Expectation, Identity, compare

ACCOUNT = Expectation(account="Exempelkommun", login=True)
SOMEBODY = Expectation(login=True)
NOBODY = Expectation()


@pytest.mark.parametrize(
    ("expected", "named", "login_offered", "result"),
    [
        (ACCOUNT, "Exempelkommun", False, Identity.OK),
        (ACCOUNT, " @exempelKOMMUN\u200b ", False, Identity.OK),
        (ACCOUNT, "Exempelkommun", True, Identity.OK),
        (ACCOUNT, "Exempelkommuns fritidsgård", False, Identity.WRONG_ACCOUNT),
        (ACCOUNT, "Еxempelkommun", False, Identity.WRONG_ACCOUNT),  # a Cyrillic Е
        (ACCOUNT, None, True, Identity.NOT_LOGGED_IN),
        (ACCOUNT, "\u200b ", True, Identity.NOT_LOGGED_IN),
        (ACCOUNT, None, False, Identity.UNKNOWN),
        (SOMEBODY, "Vem som helst", False, Identity.OK),
        (SOMEBODY, None, True, Identity.NOT_LOGGED_IN),
        (SOMEBODY, None, False, Identity.UNKNOWN),
        (NOBODY, None, True, Identity.OK),
        (NOBODY, None, False, Identity.OK),
        (NOBODY, "Exempelkommun", False, Identity.UNKNOWN),
    ],
)
def test_what_the_page_says_against_what_is_expected(expected, named, login_offered, result):
    assert compare(expected, named, login_offered=login_offered).result is result


def test_the_words_name_both_accounts():
    said = compare(ACCOUNT, "Grannkommun", login_offered=False).said
    assert said.sv == "Inloggad som Grannkommun, men det skulle vara Exempelkommun."
    assert said.en == "Logged in as Grannkommun, but it was to be Exempelkommun."
