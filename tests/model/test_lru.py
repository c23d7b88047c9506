"""What was not used for longest is forgotten first, and the weight is held to."""

from hypothesis import given
from hypothesis import strategies as st

from grader.model.lru import LRU


def test_what_was_not_used_for_longest_goes_first():
    cache = LRU[str, int](2)
    cache.put("one", 1)
    cache.put("two", 2)
    assert cache.get("one") == 1
    cache.put("three", 3)
    assert [cache.get(key) for key in ("one", "two", "three")] == [1, None, 3]


def test_a_value_that_weighs_too_much_is_not_held():
    cache = LRU[str, bytes](10, lambda _, data: len(data))
    cache.put("heavy", bytes(11))
    assert "heavy" not in cache
    cache.put("light", bytes(10))
    assert "light" in cache
    assert cache.left == 0


def test_a_key_that_is_put_again_weighs_once():
    cache = LRU[str, bytes](10, lambda _, data: len(data))
    cache.put("key", bytes(8))
    cache.put("key", bytes(6))
    assert cache.left == 4
    cache.forget("key")
    cache.forget("key")
    assert cache.left == 10


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 12), st.booleans())), st.integers(0, 30)
)
def test_it_holds_what_a_list_in_order_of_use_would(calls, most):
    cache = LRU[int, int](most, lambda _, weight: weight)
    held: dict[int, int] = {}
    for key, weight, is_put in calls:
        if is_put:
            held.pop(key, None)
            held[key] = weight
            cache.put(key, weight)
            while sum(held.values()) > most:
                del held[next(iter(held))]
        else:
            if key in held:
                held[key] = held.pop(key)
            assert cache.get(key) == held.get(key)
        assert most - cache.left == sum(held.values())
