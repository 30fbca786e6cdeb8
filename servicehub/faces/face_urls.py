"""The addresses every face has, made once per face: home, services, operations, lists, cases, decisions.

What an app adds of its own stands beside them, under the same base, in the app's ``pages/urls.py``.
"""

from django.urls import path, register_converter

from servicehub.faces import case_pages, home_pages, letter_pages, message_pages, operation_pages, query_pages
from servicehub.faces.converters import CodeConverter, PartyKindConverter, TokenConverter
from servicehub.faces.places import page

register_converter(PartyKindConverter, "party_kind")
register_converter(CodeConverter, "operation")
register_converter(TokenConverter, "party_token")

BASES = {
    "employer": "employer/<party_token:acting>/",
    "my": "my/",
    "counter": "counter/",
    "switchboard": "switchboard/",
}


def face_urls(face: str) -> list:
    base, on = BASES[face], page(face)
    rows = [
        ("", home_pages.home, "home"),
        ("services/", home_pages.services, "services"),
        ("cases/", case_pages.case_list, "cases"),
        ("cases/<str:number>/", case_pages.case, "case"),
        ("checks/", case_pages.worklist, "checks"),
        ("checks/<int:submission>/", case_pages.decide, "check"),
        ("menu/", home_pages.menu, "menu"),
        ("letters/", letter_pages.letter_list, "letters"),
        ("letters/<int:pk>/", letter_pages.letter, "letter"),
        ("letters/<int:pk>/<int:number>.pdf", letter_pages.download, "letter-pdf"),
        ("messages/", message_pages.inbox, "messages"),
        ("messages/read/", message_pages.read_all, "messages-read"),
        ("messages/settings/", message_pages.settings, "message-settings"),
        ("messages/<int:pk>/", message_pages.message, "message"),
    ]
    if face != "my":
        rows.append(("<party_kind:kind>/<party_token:token>/", home_pages.party_view, "party"))
    for about in ("", "<party_kind:kind>/<party_token:token>/"):
        named = "-about" if about else ""
        rows += [
            (f"{about}do/<operation:code>/", operation_pages.step, f"do{named}"),
            (f"{about}do/<operation:code>/step-<int:step>/", operation_pages.step, f"step{named}"),
            (f"{about}do/<operation:code>/check/", operation_pages.check, f"confirm{named}"),
            (f"{about}do/<operation:code>/done/<party_token:key>/", operation_pages.done, f"done{named}"),
            (
                f"{about}do/<operation:code>/done/<party_token:key>/letters/<int:number>/",
                letter_pages.from_receipt,
                f"receipt-letter{named}",
            ),
            (f"{about}list/<operation:code>/", query_pages.show, f"list{named}"),
        ]
    return [path(base + below, on(view), name=f"{face}-{name}") for below, view, name in rows]
