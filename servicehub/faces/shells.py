"""What stands around every page: face, navigation, who is logged in, notices. Read by templates/shell as ``shell``.

Everything costs nothing until a template asks: a fragment or a plain error page touches no table.
"""

from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from servicehub import clock
from servicehub.kit import wording

PREFIXES = {"employer": "employer", "my": "my", "counter": "counter", "switchboard": "switchboard"}
COMPACT = frozenset({"counter", "switchboard"})
SIZES = frozenset({"", "elder", "elder-xl"})
SIZE_COOKIE = "ui_size"

SHORTCUTS = (
    ("F2 或 /", "命令框"),
    ("Ctrl + Enter", "本页主操作"),
    ("J / K", "列表下一行、上一行"),
    ("Enter", "打开所选行"),
    ("A / R / X", "复核页：通过、退回修改、不予办理"),
    ("?", "本说明"),
    ("Esc", "关闭面板"),
)


def face_of(path: str) -> str:
    """The face an address belongs to; anything outside the four is public."""
    return PREFIXES.get(path.strip("/").partition("/")[0], "public")


class Shell:
    """One per request. ``request.place`` (see ``servicehub.faces.places``) tells whose page it is, when somebody's."""

    def __init__(self, request):
        self.request = request
        self.face = face_of(request.path)
        self.face_name = wording.FACES[self.face]
        self.template = f"shell/{self.face}.html"
        self.density = getattr(request, "density", "") or ("compact" if self.face in COMPACT else "comfortable")
        self.place = getattr(request, "place", None)
        self.shortcuts = SHORTCUTS
        self.site_marks = settings.SITE_MARKS

    @property
    def demo(self) -> bool:
        return settings.DEPLOY == "demo"

    @property
    def size(self) -> str:
        chosen = self.request.COOKIES.get(SIZE_COOKIE, "")
        return chosen if chosen in SIZES else ""

    @property
    def refresh_asked(self) -> int:
        """Seconds after which a page that waits for something looks again; set by its view."""
        return getattr(self.request, "refresh_seconds", 0)

    @property
    def refresh_seconds(self) -> int:
        return 0 if "still" in self.request.GET else self.refresh_asked

    @property
    def still_url(self) -> str:
        query = self.request.GET.copy()
        query["still"] = "1"
        return f"?{query.urlencode()}"

    @property
    def here(self) -> str:
        return self.request.get_full_path()

    @cached_property
    def user(self):
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def business_date(self):
        return self.place.origin.business_date if self.place else clock.business_date_or_none()

    @property
    def now(self):
        return clock.now()

    @property
    def home_url(self) -> str:
        return self.place.base if self.place else {"public": "/"}.get(self.face, f"/{self.face}/")

    @property
    def login_url(self) -> dict[str, str]:
        return {kind: f"/login/{kind}/" for kind in ("employer", "person", "staff")}

    @cached_property
    def session(self) -> dict | None:
        """When the log-in ends by itself, for the line in the header and the warning before it (S-12)."""
        from servicehub.faces.login_session import clock_of

        ends = clock_of(self.request) if self.user else None
        if ends is None:
            return None
        seconds = int((ends.ends_at - self.now).total_seconds())
        return {
            "ends_at": timezone.localtime(ends.ends_at),
            "seconds": seconds,
            "idle_minutes": ends.idle_minutes - 2,
            "can_be_extended": ends.can_be_extended,
            "url": f"/login/{self.user.kind}/session/",
            "leave_url": f"/login/{self.user.kind}/leave/",
        }

    @property
    def logout_url(self) -> str:
        return f"/logout/{self.user.kind}/"

    @property
    def my_face_url(self) -> str:
        return {"employer": "/employer/", "person": "/my/", "staff": "/counter/"}.get(self.user.kind, "/")

    @property
    def acting(self):
        return self.place.card if self.place and self.face == "employer" else None

    @property
    def switch_url(self) -> str:
        return reverse("employer-switch") if self.place and self.place.can_switch else ""

    @property
    def menu_url(self) -> str:
        return f"{self.place.base}menu/" if self.place else "/employer/"

    @property
    def command_url(self) -> str:
        return reverse("counter-go")

    @property
    def branch_name(self) -> str:
        branch = getattr(self.user, "branch", None) if self.user else None
        return branch.name if branch else ""

    @property
    def messages_url(self) -> str:
        return f"{self.place.base}messages/" if self.place else ""

    @cached_property
    def unread(self) -> int:
        return self.place.unread() if self.place else 0

    @cached_property
    def system_notices(self) -> list:
        return self.place.notices() if self.place else []

    @cached_property
    def nav(self) -> list:
        from servicehub.faces import navigation

        return navigation.main(self)

    @cached_property
    def sub_nav(self) -> list:
        from servicehub.faces import navigation

        return navigation.sub(self)

    @cached_property
    def tabs(self) -> list:
        from servicehub.faces import navigation

        return navigation.tabs(self)


def shell_context(request) -> dict:
    """Context processor of the Jinja2 engine."""
    return {"shell": Shell(request)}
