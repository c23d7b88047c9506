"""The one grading of all cases at a level, which every test of that level looks at."""

import pytest

from tests.hostile import ordinary_user, session
from tests.hostile.containment import Outcomes


@pytest.fixture(scope="session")
def outcomes(request: pytest.FixtureRequest) -> Outcomes:
    """What came of the cases chosen for this run, by user and level; each is run once."""
    done: dict[tuple[str, str], session.Outcomes] = {}

    def of(user: str, level: str) -> session.Outcomes:
        if (user, level) not in done:
            params = [getattr(item, "callspec", None) for item in request.session.items]
            chosen = [
                found.params["case"]
                for found in params
                if found and (found.params.get("user"), found.params.get("level")) == (user, level)
            ]
            start = session.OWN if user == "self" else ordinary_user.start()
            done[user, level] = session.run(level, chosen, start)
        return done[user, level]

    return of
