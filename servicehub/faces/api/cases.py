"""Cases over the API: one's own, one of them with its course, the decision on what waits."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from servicehub import gate, parties
from servicehub.cases import reads
from servicehub.cases.claims import item_name
from servicehub.cases.models import Case, Submission
from servicehub.faces.api.answers import AnswerDocument, answer_document
from servicehub.faces.api.operations import KEY, KEY_HEADER, REFUSALS, GateView
from servicehub.gate import Refused

PAGE = 50


class CaseDocument(serializers.Serializer):
    number = serializers.CharField(help_text="流水号")
    item = serializers.CharField(help_text="事项代码")
    item_name = serializers.CharField(help_text="事项")
    operation = serializers.CharField(help_text="操作代码")
    state = serializers.CharField(help_text="状态代码")
    state_word = serializers.CharField(help_text="状态")
    channel = serializers.CharField(help_text="受理渠道")
    opened_at = serializers.DateTimeField(help_text="受理时间")
    due_on = serializers.DateField(allow_null=True, help_text="承诺办结日")
    closed_at = serializers.DateTimeField(allow_null=True, help_text="办结时间")


class EventDocument(serializers.Serializer):
    at = serializers.DateTimeField(allow_null=True)
    who = serializers.CharField(allow_blank=True)
    what = serializers.CharField()
    text = serializers.CharField(allow_blank=True)


class WaitingDocument(serializers.Serializer):
    submission = serializers.IntegerField(help_text="提交编号，审核时用")
    role = serializers.CharField(help_text="审核岗位")


class CaseDetailDocument(CaseDocument):
    events = EventDocument(many=True, help_text="办理过程")
    waiting = WaitingDocument(allow_null=True, help_text="待审核的提交；没有时为 null")


class CaseListDocument(serializers.Serializer):
    rows = CaseDocument(many=True)
    next = serializers.CharField(allow_null=True, help_text="下一页的 before；没有时为 null")


class DecisionRequest(serializers.Serializer):
    verdict = serializers.ChoiceField(
        choices=[("approve", "通过"), ("return", "退回修改"), ("decline", "不予办理")], label="审核结论"
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, label="审核意见")


def case_document(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "item": case.item,
        "item_name": item_name(case.item),
        "operation": case.operation,
        "state": case.state,
        "state_word": case.get_state_display(),
        "channel": case.channel,
        "opened_at": case.opened_at.isoformat(),
        "due_on": case.due_on.isoformat() if case.due_on else None,
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
    }


class CasesView(GateView):
    @extend_schema(
        operation_id="list_cases",
        summary="我的办件",
        tags=["办件"],
        parameters=[
            OpenApiParameter("target", str, description="办理对象，写成 employer:令牌"),
            OpenApiParameter("state", str, description="状态代码"),
            OpenApiParameter("before", int, description="只要编号小于它的（翻页）"),
        ],
        responses={200: CaseListDocument, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        self.must_be_somebody()
        given = request._request.GET
        cases = self._cases(given.get("target", ""))
        if given.get("state"):
            cases = cases.filter(state=given["state"])
        if given.get("before", "").isdecimal():
            cases = cases.filter(pk__lt=int(given["before"]))
        rows = list(cases.order_by("-pk")[: PAGE + 1])
        more = str(rows[PAGE - 1].pk) if len(rows) > PAGE else None
        return Response({"rows": [case_document(case) for case in rows[:PAGE]], "next": more})

    def _cases(self, named: str):
        kind, _, token = named.partition(":")
        if kind:
            party = parties.find(kind, token)
            if party is None or parties.authority(self.origin, party) is None:
                raise Refused("NOT_FOUND", 404, "找不到办理对象", "令牌不存在，或不属于本次登录可见的范围。")
            return reads.cases_of(self.origin, party)
        if self.origin.user_kind == "staff":
            return reads.visible_to(self.origin)
        own = [self.origin.acting_for] if self.origin.acting_for else parties.mine(self.origin, self.origin.user_kind)
        return reads.cases_of(self.origin, own[0]) if own else Case.objects.none()


def _visible(origin, number: str) -> Case:
    """:raises Refused: 404 for somebody else's as for none."""
    found = reads.case_for(origin, None, number)
    if found is None:
        raise Refused("NOT_FOUND", 404, "找不到这笔业务", "流水号不存在，或不属于本次登录可见的范围。")
    return found


class CaseView(GateView):
    @extend_schema(
        operation_id="read_case",
        summary="办件详情",
        tags=["办件"],
        responses={200: CaseDetailDocument, **REFUSALS},
    )
    def get(self, request: Request, number: str) -> Response:
        self.must_be_somebody()
        case = _visible(self.origin, number)
        latest = case.submissions.order_by("-pk").first()
        waiting = {"submission": latest.pk, "role": latest.role_wanted} if latest and latest.role_wanted else None
        events = [
            {
                "at": event["at"].isoformat() if event["at"] else None,
                "who": event.get("who", ""),
                "what": event["what"],
                "text": event.get("text", ""),
            }
            for event in reads.course(case)
        ]
        return Response({**case_document(case), "events": events, "waiting": waiting})


class DecisionView(GateView):
    @extend_schema(
        operation_id="decide_submission",
        summary="审核",
        description="退回和不予办理须写意见。经办人不能审核本人经办的业务。",
        tags=["办件"],
        parameters=[KEY],
        request=DecisionRequest,
        responses={200: AnswerDocument, **REFUSALS},
    )
    def post(self, request: Request, submission: int) -> Response:
        self.must_be_somebody()
        found = Submission.objects.filter(pk=submission).select_related("case").first()
        if found is not None:
            _visible(self.origin, found.case.number)
        body = DecisionRequest(data=request.data)
        body.is_valid(raise_exception=True)
        answer = gate.decide(
            submission,
            self.origin,
            body.validated_data["verdict"],
            body.validated_data.get("reason", ""),
            request.headers.get(KEY_HEADER, ""),
        )
        return Response(answer_document(answer))
