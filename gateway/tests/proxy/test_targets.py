"""A path has one spelling; what would need repair is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.proxy.problems import Refused
from gateway.proxy.targets import split_target


@pytest.mark.parametrize(
    ("raw", "path", "query"),
    [
        (b"/", b"/", None),
        (b"/a/b?", b"/a/b", b""),
        (b"/a?x=../..//%2e%2F\\", b"/a", b"x=../..//%2e%2F\\"),
        (b"/%61dmin/%7Eme", b"/admin/~me", None),
        (b"/%e5%87%ba", b"/%E5%87%BA", None),
        (b"/.well-known/openid-configuration", b"/.well-known/openid-configuration", None),
        (b"/a/...", b"/a/...", None),
        (b"/a;v=1/b", b"/a;v=1/b", None),
    ],
)
def test_a_path_comes_in_its_one_spelling(raw, path, query):
    assert split_target(raw) == (path, query)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"*", b"api", b"http://onedoor.example/api", b"//evil.example/api", b"/a//b", b"/a/../b", b"/a/..", b"/./a", b"/a/.",
        b"/a/%2e%2e/b", b"/a/%2E./b", b"/a/.%2e", b"/%2e", b"/a%2fb", b"/a%2F..%2fb", b"/a%5cb", b"/a\\b", b"/a%00", b"/a%0d%0ab",
        b"/a%7f", b"/a%25%32%65", b"/a%252e", b"/a%", b"/a%2", b"/a%zz", b"/a#b", b"/a?b#c", b"/\xe5\x87\xba", b"/a?\xe5", b"/a b",
        b"/a?b c", b"/a\tb", b"/..;/a", b"/a/..;x=1/b", b"/a/.;/b", b"/a/%2e%2e;/b", b'/a"b', b"/a<b>", b"/a|b", b"/a^b", b"/a`b",
    ],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_refused(raw):
    with pytest.raises(Refused) as refused:
        split_target(raw)

    assert refused.value.problem.slug == "malformed-target"


@given(
    st.lists(st.sampled_from([b"/", b".", b"..", b"%2e", b"%2F", b"%61", b"a", b";", b"%", b"\\", b"?", b"%5c", b"//"]))
)
def test_an_accepted_path_stays_as_it_is_and_hides_no_dots(parts):
    try:
        path, _ = split_target(b"/" + b"".join(parts))
    except Refused:
        return

    assert split_target(path) == (path, None)
    assert not {segment.split(b";")[0] for segment in path.split(b"/")} & {b".", b".."}
    assert b"//" not in path
    assert b"%2" not in path
