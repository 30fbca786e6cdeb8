"""Every error as a page inside the frame, with the exact words of the global states, and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from servicehub.faces import login_parking
from servicehub.faces.shells import face_of
from servicehub.kit import wording

API_PREFIX = "/api/"


def state_page(
    request: HttpRequest,
    code: str,
    status: int,
    *,
    more: tuple[str, ...] = (),
    actions: tuple[dict, ...] = (),
    **facts: object,
) -> HttpResponse:
    """A global state (wording.STATES) as a whole page."""
    state = wording.state(code, **facts)
    context = {"title": state.title, "text": state.text, "more": more, "actions": actions}
    return render(request, "errors/state.html", context, status=status)


def home_of(request: HttpRequest) -> str:
    face = face_of(request.path)
    return "/" if face == "public" else f"/{face}/"


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return _problem(request, 404, "NOT_FOUND", "没有这个地址")
    return state_page(request, "S-04", 404, actions=({"text": "回到首页", "url": home_of(request), "kind": "primary"},))


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return _problem(request, 403, "FORBIDDEN", "没有权限")
    return state_page(
        request,
        "S-03",
        403,
        function=getattr(exception, "function", "") or "本页",
        who=getattr(exception, "who", "") or "本中心信息科",
        actions=({"text": "返回", "url": home_of(request), "kind": "primary"},),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of an ended session, or one that was never ours: nothing was done, the way back is the same page."""
    if request.path.startswith(API_PREFIX):
        return _problem(request, 403, "CSRF", "表单已过期")
    kept = login_parking.after_csrf_failure(request)
    if kept is not None:
        return kept
    context = {
        "title": "这张表单已过期，内容没有办理",
        "text": "登录状态变化后，先前打开的表单不能再用。回到原页重新填写即可。",
        "more": (),
        "actions": ({"text": "回到原页", "url": request.path, "kind": "primary"},),
    }
    return render(request, "errors/state.html", context, status=403)


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return _problem(request, 400, "BAD_REQUEST", "请求格式有误")
    return state_page(request, "S-04", 400, actions=({"text": "回到首页", "url": home_of(request), "kind": "primary"},))


def server_error(request: HttpRequest) -> HttpResponse:
    number = f"E-{str(getattr(request, 'request_id', '') or '0000')[:8].upper()}"
    if request.path.startswith(API_PREFIX):
        return _problem(request, 500, "INTERNAL", "系统没有办成这次请求", error_number=number)
    actions = (
        {"text": "再试一次", "url": request.path, "kind": "primary"},
        {"text": "稍后再办", "url": home_of(request)},
    )
    from django.conf import settings

    try:
        return state_page(request, "S-05", 500, number=number, hotline=settings.HOTLINE, actions=actions)
    except Exception:
        # The frame itself cannot be drawn (no database): the words alone, still a page.
        state = wording.state("S-05", number=number, hotline=settings.HOTLINE)
        body = (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{0}</title></head>'
            '<body><main><h1>{0}</h1><p>{1}</p><p><a href="/">回到首页</a></p></main></body></html>'
        )
        return HttpResponse(body.format(state.title, state.text), status=500)


def _problem(request: HttpRequest, status: int, code: str, title: str, **more) -> HttpResponse:
    from django.http import JsonResponse

    from servicehub.kit.problems import MEDIA_TYPE, type_of

    body = {"type": type_of(code), "title": title, "status": status, "code": code, **more}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
