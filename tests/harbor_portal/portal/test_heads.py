"""What is answered to a HEAD; the test client would take the body away itself."""

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from harbor_portal.portal.heads import keep_bodies_of_heads


@pytest.mark.parametrize("answer", [HttpResponse, StreamingHttpResponse])
def test_a_head_is_answered_as_a_get_but_for_the_body(answer: type[HttpResponse | StreamingHttpResponse]) -> None:
    asked = keep_bodies_of_heads(lambda _request: answer([b"page"], headers={"Content-Length": "4"}))
    for method, body in (("head", b""), ("get", b"page")):
        response = asked(getattr(RequestFactory(), method)("/"))
        assert b"".join(response) == body
        assert response.headers["Content-Length"] == "4"
