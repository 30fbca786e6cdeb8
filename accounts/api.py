"""Read resources of accounts. Writes go through operations and the gate, never here."""

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.calculators import InterestAnswer, InterestQuestion, assess_interest, interest_answer
from accounts.calendar_answers import DueAnswer, DueQuestion, YearAnswer, due_answer, year_answer
from servicehub.faces.access import Access
from servicehub.kit.exact_json import ExactJSONParser
from servicehub.kit.problems import Problem, exception_handler

PROBLEM = (422, "application/problem+json")


class InterestCalculator(APIView):
    """Public: no login, no session, nothing stored."""

    authentication_classes = ()
    access = Access("public")
    parser_classes = (ExactJSONParser,)

    def get_exception_handler(self):
        return exception_handler

    @extend_schema(
        operation_id="calculate_interest",
        summary="利息计算",
        description=(
            "计算一个账户在一个结息年度（7 月 1 日至次年 6 月 30 日）的利息，逐步列出算式。"
            "carried、current 是 7 月 1 日的余额，不含 entries。年度结息计 6 月 30 日当日；销户结息算到前一日。"
        ),
        request=InterestQuestion,
        responses={200: InterestAnswer, PROBLEM: Problem},
        examples=[
            OpenApiExample(
                "五万元存满一年",
                value={
                    "kind": "annual",
                    "settlement_date": "2026-06-30",
                    "annual_rate": "1.50",
                    "divisor": 360,
                    "method": "days_product",
                    "carried": "50000.00",
                    "current": "0.00",
                    "entries": [],
                },
                request_only=True,
            )
        ],
        tags=["calculators"],
        auth=[],
    )
    def post(self, request):
        question = InterestQuestion(data=request.data)
        question.is_valid(raise_exception=True)
        return Response(interest_answer(assess_interest(question.validated_data)))


class WorkingDaysDue(APIView):
    """Public: no login, no session, nothing stored."""

    authentication_classes = ()
    access = Access("public")

    def get_exception_handler(self):
        return exception_handler

    @extend_schema(
        operation_id="working_days_due",
        summary="工作日到期日",
        description="起算日当日不计入。算到国务院办公厅尚未公布放假安排的年份时不作推算，答复 422。",
        parameters=[DueQuestion],
        responses={200: DueAnswer, PROBLEM: Problem},
        tags=["calendar"],
        auth=[],
    )
    def get(self, request):
        question = DueQuestion(data=request.query_params)
        question.is_valid(raise_exception=True)
        return Response(due_answer(question.validated_data))


class WorkingYear(APIView):
    """Public: no login, no session, nothing stored."""

    authentication_classes = ()
    access = Access("public")

    def get_exception_handler(self):
        return exception_handler

    @extend_schema(
        operation_id="working_year",
        summary="全年工作日历",
        description="国务院办公厅尚未公布放假安排的年份答复 422。",
        responses={200: YearAnswer, PROBLEM: Problem},
        tags=["calendar"],
        auth=[],
    )
    def get(self, request, year: int):
        return Response(year_answer(year))


urlpatterns = [
    path("calendar/due", WorkingDaysDue.as_view(), name="working-days-due"),
    path("calendar/<int:year>", WorkingYear.as_view(), name="working-year"),
    path("calculators/interest", InterestCalculator.as_view(), name="calculate-interest"),
]
