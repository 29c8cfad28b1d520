"""What a page offers to record, asked of its HTML: ways to forms, the form that is open, what stands in it."""

import re
from html import unescape
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.pages.reader import BROWSER, Reader

FORM = re.compile(r'<form method="post" action="([^"]+)"[^>]*class="records".*?</form>', re.DOTALL)
INPUT = re.compile(r"<input ([^>]*)>|<textarea ([^>]*)>([^<]*)</textarea>|<select ([^>]*)>(.*?)</select>", re.DOTALL)


def ways(page: TestResponse) -> list[str]:
    """The commands that a page leads to, in order."""
    return re.findall(r'<a href="[^"]*\?record=([a-z_]+)#record-form"', page.text)


def opened(page: TestResponse) -> list[str]:
    """The addresses of the forms that record."""
    return [unescape(found[1]) for found in FORM.finditer(page.text)]


def standing(page: TestResponse, action: str) -> MultiDict[str, str]:
    """What a browser would send of a form as it stands."""
    (form,) = [found[0] for found in FORM.finditer(page.text) if unescape(found[1]) == action]
    sent: MultiDict[str, str] = MultiDict()
    for found in INPUT.finditer(form):
        told, area, typed, select, options = found.groups()
        said = attributes(told or area or select)
        if 'type="checkbox"' in (told or "") and not re.search(r"\bchecked\b", told):
            continue
        if select is not None:
            chosen = re.search(r'<option value="([^"]*)" selected', options)
            value = chosen[1] if chosen else ""
        else:
            value = said.get("value", "") if told else typed
        sent.add(said["name"], unescape(value))
    return sent


def attributes(element: str) -> dict[str, str]:
    return dict(re.findall(r'([a-z-]+)="([^"]*)"', element))


def sends(reader: Reader, page: TestResponse, action: str, /, **typed: Any) -> TestResponse:
    """Send a form as a browser does: all that stands in it, with what somebody typed over it."""
    sent = standing(page, action)
    for name, value in typed.items():
        dotted = name.replace("__", ".")
        assert dotted in sent or isinstance(value, list), dotted
        sent.setlist(dotted, value if isinstance(value, list) else [value])
    answer = reader.client.post(action, data=sent, headers={"Accept": BROWSER, "Accept-Language": reader.language})
    if answer.status_code == 303:
        # Whoever is led back finds what was recorded there: the page waits for the follower.
        assert reader.at(answer.location).status_code == 200
    return answer


def beside(page: TestResponse, action: str, name: str) -> str:
    """What is said of an input in its form."""
    (form,) = [found[0] for found in FORM.finditer(page.text) if unescape(found[1]) == action]
    found = re.search(rf'id="[^"]*-{re.escape(name)}-wrong">([^<]*)<', form)
    return unescape(found[1]) if found else ""
