"""The one grading of all cases at a level, which every test of that level looks at."""

import pytest

from tests.hostile import ordinary_user, session
from tests.hostile.cases import STRONGEST
from tests.hostile.containment import Outcomes


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> Outcomes:
    """What came of the file's cases chosen for this run, by user and level; each is run once."""
    done: dict[tuple[str, str], session.Outcomes] = {}

    def of(user: str, level: str) -> session.Outcomes:
        if (user, level) not in done:
            items = [item for item in request.session.items if item.path == request.path]
            params = [getattr(item, "callspec", None) for item in items]
            chosen = [
                found.params["case"]
                for found in params
                if found and (found.params.get("user"), found.params.get("level")) == (user, level)
            ]
            start = session.OWN if user == "self" else ordinary_user.start()
            if level == STRONGEST:
                done[user, level] = session.run_at_strongest(chosen, start)
            else:
                done[user, level] = session.run(level, chosen, start)
        return done[user, level]

    return of
