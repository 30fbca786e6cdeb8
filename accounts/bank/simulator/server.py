"""HTTP in front of the desk: signed messages of the centre, switches, and a page for people."""

import json
import socket
import struct
import sys
import threading
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from accounts.bank.cashier import read_order
from accounts.bank.messages import SIGNATURE_HEADER, sign, verify
from accounts.bank.simulator import pages
from accounts.bank.simulator.book import Book, fen
from accounts.bank.simulator.desk import Desk, Refusal
from accounts.bank.simulator.faults import Fault
from accounts.bank.simulator.pusher import Pusher

BODY_BYTES_MAX = 20_000_000


class Bank(ThreadingHTTPServer):
    """``hold_s``: how long a connection that gets no answer stays open before it ends."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], book: Book, *, key: bytes, centre_url: str = "", hold_s: int = 60):
        super().__init__(address, Handler)
        self.book, self.key, self.hold_s = book, key, hold_s
        self.desk = Desk(book)
        self.pusher = Pusher(book, f"{centre_url.rstrip('/')}/bank/notices/" if centre_url else "", key)
        self.ending = threading.Event()

    def serve(self) -> None:
        self.pusher.start()
        try:
            self.serve_forever(poll_interval=0.1)
        finally:
            self.close()

    def close(self) -> None:
        self.ending.set()
        self.pusher.stop()
        self.server_close()

    def handle_error(self, request, client_address) -> None:
        """A client that went away is everyday life for a bank; anything else is printed by the base class."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bank

    def log_message(self, format, *args):
        """Silent: account numbers do not belong into the terminal."""

    # --- Entry

    def do_GET(self):
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        book = self.server.book
        match [unquote(part) for part in address.path.strip("/").split("/")]:
            case ["healthz"]:
                self._json({"ok": True})
            case ["style.css"]:
                self._send(HTTPStatus.OK, pages.STYLE.encode(), "text/css; charset=utf-8")
            case [""]:
                self._page(pages.accounts(book))
            case ["accounts", no]:
                known = book.account(no) is not None
                self._page(pages.account(book, no), HTTPStatus.OK if known else HTTPStatus.NOT_FOUND)
            case ["transfer"]:
                self._page(pages.transfer(book, query))
            case ["faults"]:
                self._page(pages.faults(book))
            case ["notices"]:
                self._page(pages.notices(book))
            case ["pay"]:
                self._pay_page(query)
            case ["admin", "state"]:
                self._json(self._state())
            case _:
                self._page(pages.missing(), HTTPStatus.NOT_FOUND)

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_BYTES_MAX:
            self._json({"error": "too large"}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.rfile.read(length)
        path = urlsplit(self.path).path
        if path == "/settlement":
            self._settlement(body)
        elif path.startswith("/admin/"):
            self._admin(path.removeprefix("/admin/"), body)
        else:
            self._form(path, dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)))

    # --- The interface

    def _settlement(self, body: bytes) -> None:
        book = self.server.book
        if book.strikes(Fault.OFFLINE) is not None:
            self._cut()
            return
        if book.strikes(Fault.HALF_OPEN) is not None:
            self._hold()
            return
        if not verify(self.server.key, body, self.headers.get(SIGNATURE_HEADER, "")):
            self._json({"error": "signature"}, HTTPStatus.UNAUTHORIZED)
            return
        try:
            wire = json.loads(body)
        except ValueError:
            self._json({"error": "not JSON"}, HTTPStatus.BAD_REQUEST)
            return
        reply = self.server.desk.answer(wire)
        if reply.early:
            self.server.pusher.push_due(everything=True)
        if not reply.answered:
            self._hold()
            return
        self._json(reply.wire, signed=True)

    def _hold(self) -> None:
        """No answer: the client's patience is the shorter one, or the connection ends after ``hold_s``."""
        self.server.ending.wait(self.server.hold_s)
        self._cut()

    def _cut(self) -> None:
        # Linger zero turns the close into a reset, as a line that breaks does.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    # --- Switches

    def _admin(self, action: str, body: bytes) -> None:
        server, book = self.server, self.server.book
        try:
            given = json.loads(body or b"{}")
            match action:
                case "faults":
                    with book.transaction():
                        book.switch(Fault(given["fault"]), int(given.get("times", 1)), str(given.get("value", "")))
                case "clock":
                    server.desk.move_clock(self._moment(given))
                case "clear":
                    server.desk.clear()
                case "accounts":
                    self._open_accounts(given["accounts"])
                case "transfer":
                    given["amount"] = Decimal(given["amount"])
                    self._json({"host_no": server.desk.customer_transfer(**given)})
                    return
                case "flush":
                    self._json({"taken": server.pusher.push_due(everything=True)})
                    return
                case _:
                    self._json({"error": f"no such switch: {action}"}, HTTPStatus.NOT_FOUND)
                    return
        except Refusal as refusal:
            self._json({"error": refusal.message, "code": refusal.code}, HTTPStatus.UNPROCESSABLE_ENTITY)
            return
        except (ValueError, KeyError, TypeError, InvalidOperation) as fault:
            self._json({"error": f"{type(fault).__name__}: {fault}"}, HTTPStatus.UNPROCESSABLE_ENTITY)
            return
        self._json(self._state())

    def _moment(self, given: dict) -> datetime:
        now = self.server.book.now
        if "at" in given:
            return datetime.fromisoformat(given["at"])
        return now + timedelta(days=int(given.get("days", 0)), seconds=int(given.get("seconds", 0)))

    def _open_accounts(self, accounts: list[dict]) -> None:
        book = self.server.book
        with book.transaction():
            for given in accounts:
                opening = given.get("opening")
                book.open_account(
                    given["no"], given["name"], given.get("kind", "customer"),
                    None if opening is None else fen(Decimal(opening)), given.get("bank", ""),
                )  # fmt: skip

    def _state(self) -> dict:
        book = self.server.book
        return {
            "now": book.now.isoformat(),
            "faults": {row["name"]: {"times": row["times"], "value": row["value"]}
                       for row in book.rows("SELECT * FROM fault ORDER BY name")},
            "accounts": {row["no"]: f"{Decimal(row['balance']) / 100:.2f}"
                         for row in book.rows("SELECT no, balance FROM account ORDER BY no")},
            "waiting": book.row("SELECT count(*) AS n FROM push WHERE NOT delivered")["n"],
        }  # fmt: skip

    # --- People

    def _form(self, path: str, form: dict[str, str]) -> None:
        book, desk = self.server.book, self.server.desk
        match path:
            case "/transfer":
                self._customer_transfer(form)
            case "/pay":
                self._pay(form)
            case "/faults":
                self._switch(form)
            case "/clock":
                desk.move_clock(book.now + timedelta(days=1))
                self._go("/faults")
            case "/notices":
                self.server.pusher.push_due(everything=True)
                self._go("/notices")
            case _:
                self._page(pages.missing(), HTTPStatus.NOT_FOUND)

    def _switch(self, form: dict[str, str]) -> None:
        book = self.server.book
        try:
            with book.transaction():
                book.switch(Fault(form.get("fault", "")), int(form.get("times") or 0), form.get("value", "").strip())
        except (ValueError, InvalidOperation):
            self._page(pages.faults(book, "开关的数值不对，核对后再打开"), HTTPStatus.UNPROCESSABLE_ENTITY)
        else:
            self._go("/faults")

    def _customer_transfer(self, form: dict[str, str]) -> None:
        try:
            amount = Decimal(form.get("amount", "").replace(",", "").strip())
            host_no = self.server.desk.customer_transfer(
                form.get("payer", "").strip(), form.get("payer_name", "").strip(), form.get("payee", "").strip(),
                amount.quantize(Decimal("0.01")), form.get("summary", ""), form.get("remark", ""),
            )  # fmt: skip
        except Refusal as refusal:
            self._page(pages.transfer(self.server.book, form, refusal.message), HTTPStatus.UNPROCESSABLE_ENTITY)
        except InvalidOperation:
            words = "金额只写数字，例如 5800.00"
            self._page(pages.transfer(self.server.book, form, words), HTTPStatus.UNPROCESSABLE_ENTITY)
        else:
            self._page(pages.transferred(self.server.book, host_no))

    def _pay_page(self, query: dict[str, str]) -> None:
        try:
            order = read_order(self.server.key, query)
        except (ValueError, InvalidOperation):
            self._page(pages.wrong_order(), HTTPStatus.FORBIDDEN)
            return
        paid = self.server.book.setting(f"order:{order.order}")
        self._page(pages.paid(order, paid) if paid else pages.pay(order, query))

    def _pay(self, form: dict[str, str]) -> None:
        """The page's own form carries the signed order on; only the payer is the customer's to say."""
        book = self.server.book
        try:
            order = read_order(
                self.server.key, {name[6:]: text for name, text in form.items() if name.startswith("order_")}
            )
        except (ValueError, InvalidOperation):
            self._page(pages.wrong_order(), HTTPStatus.FORBIDDEN)
            return
        query = {name[6:]: text for name, text in form.items() if name.startswith("order_")}
        payer, payer_name = form.get("payer", "").strip(), form.get("payer_name", "").strip()
        if not payer or not payer_name:
            self._page(pages.pay(order, query, "付款账号和户名都要填写"), HTTPStatus.UNPROCESSABLE_ENTITY)
            return
        try:
            with book.transaction():
                paid = book.setting(f"order:{order.order}")
                if not paid:
                    paid = self.server.desk.customer_transfer(
                        payer, payer_name, order.payee_account, order.amount, "公积金缴款", order.remark
                    )
                    book.set(f"order:{order.order}", paid)
        except Refusal as refusal:
            self._page(pages.pay(order, query, refusal.message), HTTPStatus.UNPROCESSABLE_ENTITY)
            return
        self._page(pages.paid(order, paid))

    # --- Answers

    def _json(self, answer: dict, status: HTTPStatus = HTTPStatus.OK, signed: bool = False) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        headers = {SIGNATURE_HEADER: sign(self.server.key, body)} if signed else {}
        self._send(status, body, "application/json; charset=utf-8", headers)

    def _page(self, html: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        self._send(status, html.encode(), "text/html; charset=utf-8", {"Content-Security-Policy": policy})

    def _go(self, where: str) -> None:
        self._send(HTTPStatus.SEE_OTHER, b"", "text/plain", {"Location": where})

    def _send(self, status: HTTPStatus, body: bytes, kind: str, headers=()) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def open_bank(
    path: str, address: tuple[str, int], *, key: bytes, first_day: date, centre_url: str = "", hold_s: int = 60
) -> Bank:
    return Bank(address, Book(path, first_day), key=key, centre_url=centre_url, hold_s=hold_s)
